using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <param name="Issuer">Null: it was a local one.</param>
/// <param name="IdToken">What the identity provider wants back.</param>
public sealed record EndedSession(string? Issuer, string? IdToken);

/// <summary>People end their own sessions, administrators anybody's, the identity provider those that it began.</summary>
public sealed class EndSession(IDbContextFactory<MarketplaceDb> databases, StartSession sealer, LiveSessions live, TimeProvider clock)
{
    /// <summary>Signing out: the one that asks.</summary>
    public async Task<EndedSession?> SignOutAsync(Actor actor, Guid session, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await db.PersonSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == session && s.PersonId == actor.Id, cancellation);
        if (found is null)
            return null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        if (await SessionEnds.EndAsync(db.PersonSessions.Where(s => s.Id == session), now, SessionEnd.SignedOut, cancellation) > 0)
            await AuditLog.AppendAsync(db, now, actor, new("session.signed_out", "person", actor.Id.ToString(), actor.Name), cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.Id == session);
        return new(found.Issuer, sealer.Open(found));
    }

    /// <param name="userName">Whose, for an administrator; null: the actor's own.</param>
    public Task<Outcome<int>> OneAsync(Actor actor, string? userName, Guid session, CancellationToken cancellation) =>
        EndAsync(actor, userName, s => s.Where(x => x.Id == session), mustBeOne: true, cancellation);

    /// <summary>Another's, by an administrator, with the person's access tokens.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="userName">Whose, for an administrator; null: the actor's own.</param>
    /// <param name="but">The one that goes on.</param>
    /// <param name="cancellation">When nobody waits any more.</param>
    public Task<Outcome<int>> AllAsync(Actor actor, string? userName, Guid? but, CancellationToken cancellation) =>
        EndAsync(actor, userName, s => s.Where(x => but == null || x.Id != but), mustBeOne: false, cancellation);

    /// <summary>The identity provider says that a session, or every session, of one of its people is over.</summary>
    public async Task<int> AtProviderAsync(string issuer, string? subject, string? providerSession, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var sessions = db.PersonSessions.Where(s => s.Issuer == issuer
            && (providerSession == null || s.ProviderSession == providerSession)
            && (subject == null || db.PersonIdentities.Any(i => i.Issuer == issuer && i.Subject == subject && i.PersonId == s.PersonId)));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var open = await sessions.Where(s => s.EndedAt == null && s.ExpiresAt > now).Select(s => new { s.Id, s.PersonId, s.Person!.UserName }).ToListAsync(cancellation);
        var ids = open.Select(s => s.Id).ToList();
        var ended = await SessionEnds.EndAsync(sessions, now, SessionEnd.Company, cancellation);
        foreach (var person in open.GroupBy(s => (s.PersonId, s.UserName)))
            await AuditLog.AppendAsync(
                db, now, Actor.System,
                new("session.ended", "person", person.Key.PersonId.ToString(), person.Key.UserName, "The identity provider ended it.", new { sessions = person.Select(s => s.Id), issuer }), cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => ids.Contains(s.Id));
        return ended;
    }

    private async Task<Outcome<int>> EndAsync(
        Actor actor, string? userName, Func<IQueryable<PersonSession>, IQueryable<PersonSession>> which, bool mustBeOne, CancellationToken cancellation)
    {
        if (userName is not null && !actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator ends another's sessions; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var normalized = userName?.ToUpperInvariant();
        var person = await db.People.AsNoTracking()
            .SingleOrDefaultAsync(p => userName == null ? p.Id == actor.Id : p.NormalizedUserName == normalized, cancellation);
        if (person is null)
            return new Problem(Problem.NotFound, "There is no such person.");
        var now = clock.GetUtcNow();
        var by = person.Id == actor.Id ? SessionEnd.EndedElsewhere : SessionEnd.Administrator;
        var ended = await SessionEnds.EndAsync(which(db.PersonSessions.Where(s => s.PersonId == person.Id)), now, by, cancellation);
        if (ended == 0 && mustBeOne)
            return new Problem(Problem.NotFound, "There is no such session; it may have ended already.");
        // An administrator who ends all of another's wants nothing to go on that was made in one.
        var tokens = mustBeOne || userName is null ? 0 : await AccessTokens.RevokeAllAsync(db, person.Id, now, cancellation);
        if (ended + tokens > 0)
            await AuditLog.AppendAsync(
                db, now, actor, new("session.ended", "person", person.Id.ToString(), person.UserName, null, new { sessions = ended, access_tokens = tokens }), cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.PersonId == person.Id);
        return ended;
    }
}
