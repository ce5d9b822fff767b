using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <summary>The team that asked takes its request back; what was decided already stays.</summary>
public sealed class WithdrawAccessRequest(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from access_request where number = {number} for update", cancellation);
        var request = await db.AccessRequests
            .Where(r => r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id))
            .SingleOrDefaultAsync(r => r.Number == number, cancellation);
        if (request is null)
            return new Problem(Problem.NotFound, $"There is no request {number} of your teams.");
        if (request.Status != RequestStatus.Pending)
            return new Problem("already_decided", $"Request {number} is {StoredEnum.ToWord(request.Status)} already; to give up access, revoke its grants.");

        var now = clock.GetUtcNow();
        (request.Status, request.ClosedAt) = (RequestStatus.Withdrawn, now);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("access_request.withdrawn", "access_request", number.ToString(), $"request {number}", null, new { before = new { status = "pending" }, after = new { status = "withdrawn" } }), cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }
}
