using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Company;

/// <summary>An administrator joins an account to who its person is at the identity provider, or parts the two.</summary>
public sealed class LinkIdentity(IDbContextFactory<MarketplaceDb> databases, SignInRules rules, LiveSessions live, TimeProvider clock)
{
    private static readonly Problem NotYours = new(Problem.Forbidden, "Only an administrator joins accounts to the company sign-in; ask one.");
    private static readonly Problem Nobody = new(Problem.NotFound, "There is no such person.");

    public async Task<Outcome<Guid>> JoinAsync(Actor actor, string userName, string subject, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return NotYours;
        if (rules.Company is not { } company)
            return new Problem(Problem.Conflict, "No identity provider is configured.", "subject");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var normalized = userName.ToUpperInvariant();
        var person = await db.People.SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, cancellation);
        if (person is null)
            return Nobody;
        subject = subject.Trim();
        if (subject.Length is 0 or > 255)
            return new Problem("subject_length", "Give the identifier (\"sub\") that the identity provider knows them by; the sign-in page told it to them.", "subject");
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({company.Issuer + "\n" + subject}, 26))", cancellation);
        if (await db.PersonIdentities.AnyAsync(i => i.Issuer == company.Issuer && (i.Subject == subject || i.PersonId == person.Id), cancellation))
            return new Problem("identity_taken", "This account or this identifier is joined already; part them first.", "subject");
        var now = clock.GetUtcNow();
        db.Add(new PersonIdentity { Issuer = company.Issuer, Subject = subject, PersonId = person.Id, LinkedAt = now, Groups = [] });
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new("person.linked", "person", person.Id.ToString(), person.UserName, null, new { before = (object?)null, after = new { company.Issuer, subject } }), cancellation);
        await transaction.CommitAsync(cancellation);
        return person.Id;
    }

    /// <summary>Whoever it was signs in as this person no more; sessions that began there end, and so does what groups gave.</summary>
    public async Task<Outcome<Guid>> PartAsync(Actor actor, string userName, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var normalized = userName.ToUpperInvariant();
        var person = await db.People.SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, cancellation);
        if (person is null)
            return Nobody;
        var identities = await db.PersonIdentities.Where(i => i.PersonId == person.Id).ToListAsync(cancellation);
        if (identities.Count == 0)
            return new Problem(Problem.Conflict, "The account is not joined to the company sign-in.", "subject");
        db.RemoveRange(identities);
        var now = clock.GetUtcNow();
        await GroupReconciliation.ApplyAsync(db, now, actor, person, [], cancellation);
        await db.SaveChangesAsync(cancellation);
        await SessionEnds.EndAsync(db.PersonSessions.Where(s => s.PersonId == person.Id && s.Issuer != null), now, SessionEnd.Administrator, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new("person.unlinked", "person", person.Id.ToString(), person.UserName, null, new { before = identities.Select(i => new { i.Issuer, i.Subject }).ToList(), after = (object?)null }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.PersonId == person.Id);
        return person.Id;
    }
}
