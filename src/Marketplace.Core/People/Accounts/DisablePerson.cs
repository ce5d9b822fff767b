using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <summary>
/// Closes an account and opens it again. Closed, it comes in by no way, its sessions end and its tokens are revoked for
/// good; the person stays, for the audit trail's sake, and so do the memberships.
/// </summary>
public sealed class DisablePerson(IDbContextFactory<MarketplaceDb> databases, LiveSessions live, TimeProvider clock)
{
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, string userName, bool disable, string reason, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator closes and opens accounts; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var person = await AccountGuards.LockAsync(db, userName, cancellation);
        if (person is null)
            return new Problem(Problem.NotFound, "There is no such person.");
        if (reason.Trim().Length is < 3 or > 500)
            return new Problem("reason_length", "Say why in 3 to 500 characters; it stays on the audit trail.", "reason");
        if (disable && person.Id == actor.Id)
            return new Problem("own_account", "You cannot close your own account; ask another administrator.", "reason");
        if (disable == person.DisabledAt is not null)
            return new Problem(Problem.Conflict, disable ? "The account is closed already." : "The account is open already.", "reason");
        if (disable && await AccountGuards.IfLastAdministratorAsync(db, person, "reason", cancellation) is { } last)
            return last;

        var now = clock.GetUtcNow();
        person.DisabledAt = disable ? now : null;
        await db.SaveChangesAsync(cancellation);
        var (sessions, tokens) = (0, 0);
        IReadOnlyList<string> ownerless = [];
        if (disable)
        {
            sessions = await SessionEnds.AllOfAsync(db, person.Id, now, SessionEnd.Disabled, cancellation);
            tokens = await AccessTokens.RevokeAllAsync(db, person.Id, now, cancellation);
            var teams = await db.Memberships.Where(m => m.PersonId == person.Id && m.Role == TeamRole.Owner).Select(m => m.TeamId).ToListAsync(cancellation);
            ownerless = await AccountGuards.TellOwnerlessAsync(db, now, actor, teams, cancellation);
        }

        await AuditLog.AppendAsync(
            db, now, actor,
            new(disable ? "person.disabled" : "person.enabled", "person", person.Id.ToString(), person.UserName, reason.Trim(), new { before = new { closed = !disable }, after = new { closed = disable }, sessions, tokens, ownerless }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        live.Forget(s => s.PersonId == person.Id);
        return person.Id;
    }
}
