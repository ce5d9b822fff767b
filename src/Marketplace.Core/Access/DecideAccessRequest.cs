using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <param name="Approved">Endpoints that are granted now.</param>
public sealed record DecidedRequest(long Number, int Approved, int Denied, int StillPending, long? Revision)
{
    /// <summary>Endpoints that the actor approved and that wait for somebody else's approval, too.</summary>
    public int Given { get; init; }
}

/// <summary>
/// Each endpoint is decided by itself, by everybody whose approval its rule asks for; the row lock makes the second of two
/// who decide at once see what the first did. One "no" ends an endpoint; the last "yes" makes its grant, and what a
/// security officer ended meanwhile needs one's, too.
/// </summary>
public sealed class DecideAccessRequest(IDbContextFactory<MarketplaceDb> databases, ApprovalMemory memory, TimeProvider clock)
{
    public async Task<Outcome<DecidedRequest>> ExecuteAsync(
        Actor actor, long number, IReadOnlyList<OperationDecision> decisions, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.RequestAsync(db, number, cancellation);
        var now = clock.GetUtcNow();
        var authority = await Authority.OfAsync(db, actor, now, cancellation);
        var request = await db.AccessRequests.DecidedBy(authority)
            .Include(r => r.Items).ThenInclude(i => i.Operation!.ApiVersion!.Api)
            .Include(r => r.Items).ThenInclude(i => i.Approvals)
            .Include(r => r.Items).ThenInclude(i => i.Routing)
            .Include(r => r.Application).AsSplitQuery()
            .SingleOrDefaultAsync(r => r.Number == number, cancellation);
        if (request is null)
            return new Problem(Problem.NotFound, $"There is no request {number} that you may decide.");

        var seats = await Seats.OfAsync(db, authority, request, cancellation);
        var found = DecisionRules.Check(actor, request, seats, decisions, now);
        if (!found.Succeeded)
            return found.Failed<DecidedRequest>();
        var approving = found.Value.Where(d => d.Decision.Approve).Select(d => d.Item).ToList();
        if (await EndedMeanwhile.AskAsync(db, actor, request, approving, memory.Since(now), now, cancellation) is { Count: > 0 } ended)
            return ended.ToList();
        foreach (var (decision, item) in found.Value)
            Give(db, seats.Of(item)!, decision, item, actor, now);
        var decided = found.Value.ConvertAll(d => d.Item);
        var settled = decided.FindAll(i => i.Decision != Decision.Pending);
        var revision = await GrantApproved.ExecuteAsync(db, now, actor, request, settled, Entry(request, seats, found.Value), cancellation);
        await transaction.CommitAsync(cancellation);
        var approved = settled.Count(i => i.Decision == Decision.Approved);
        return new DecidedRequest(number, approved, settled.Count - approved, request.Items.Count(i => i.Decision == Decision.Pending), revision)
        {
            Given = decided.Count - settled.Count,
        };
    }

    private static void Give(MarketplaceDb db, Seat seat, OperationDecision decision, AccessRequestItem item, Actor actor, DateTimeOffset now)
    {
        var approval = seat.Approval;
        approval.Decision = decision.Approve ? Decision.Approved : Decision.Denied;
        approval.Reason = string.IsNullOrWhiteSpace(decision.Reason) ? null : decision.Reason.Trim();
        (approval.PersonId, approval.OnBehalfOf, approval.At) = (actor.Id, seat.OnBehalfOf?.PersonId, now);
        foreach (var person in new[] { approval.PersonId, approval.OnBehalfOf }.OfType<Guid>())
            db.Add(new ApprovalParty { ItemId = item.Id, PersonId = person, Role = approval.Role });
        if (!decision.Approve)
            item.Decision = Decision.Denied;
        else if (item.Approvals.TrueForAll(a => a.Decision == Decision.Approved))
            item.Decision = Decision.Approved;
        if (item.Decision != Decision.Pending)
            item.Reason = approval.Reason;
    }

    private static AuditEntry Entry(AccessRequest request, Seats seats, IReadOnlyList<ItemDecision> decided) => new(
        "access_request.decided", "access_request", request.Number.ToString(), $"request {request.Number}", null,
        new { application = request.Application!.ClientId, environment = request.Environment, until = request.Until, decisions = decided.Select(d => DecisionRules.Told(d, seats.Of(d.Item)!)) });
}
