using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <summary>The statements that end sessions; call them in the transaction of what ends them.</summary>
internal static class SessionEnds
{
    public static Task<int> AllOfAsync(
        MarketplaceDb db, Guid person, DateTimeOffset now, SessionEnd by, CancellationToken cancellation, Guid? but = null) =>
        EndAsync(db.PersonSessions.Where(s => s.PersonId == person && (but == null || s.Id != but)), now, by, cancellation);

    public static Task<int> EndAsync(IQueryable<PersonSession> sessions, DateTimeOffset now, SessionEnd by, CancellationToken cancellation) =>
        sessions.Where(s => s.EndedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now).SetProperty(s => s.EndedBy, by), cancellation);

    public static async Task IdleAsync(MarketplaceDb db, Guid session, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Of two requests that find it idle at once, one says so.
        if (await EndAsync(db.PersonSessions.Where(s => s.Id == session), now, SessionEnd.Idle, cancellation) > 0)
        {
            var person = await db.PersonSessions.Where(s => s.Id == session).Select(s => new { s.PersonId, s.Person!.UserName }).SingleAsync(cancellation);
            await AuditLog.AppendAsync(
                db, now, Actor.System, new("session.ended", "person", person.PersonId.ToString(), person.UserName, "Nobody used it any more.", new { sessions = new[] { session } }), cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}
