using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <summary>
/// Puts failed sign-ins on the audit trail without letting a stranger write there at will: once when an account is locked
/// (five failures, and then five minutes of none), and once when its person comes in after failures. A name that nobody
/// has leaves nothing.
/// </summary>
public sealed class FailedSignIns(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public Task LockedOutAsync(Person person, int failures, string source, CancellationToken cancellation) => AppendAsync(
        new(Guid.Empty, "Somebody", null, source),
        new("person.locked_out", "person", person.Id.ToString(), person.UserName, "The password was wrong too often.", new { failures }), cancellation);

    public Task BeforeSuccessAsync(Person person, int failures, string source, CancellationToken cancellation) => AppendAsync(
        new(person.Id, person.DisplayName, person.PlatformRole, source),
        new("person.sign_in_failed", "person", person.Id.ToString(), person.UserName, "The password was wrong before it was right.", new { failures }), cancellation);

    private async Task AppendAsync(Actor actor, AuditEntry entry, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await AuditLog.AppendAsync(db, clock.GetUtcNow(), actor, entry, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
