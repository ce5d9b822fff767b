using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public sealed record DecidedRequest(long Number, int Approved, int Denied, int StillPending, long? Revision);

/// <summary>
/// Here an approval becomes a grant. Decisions, grants, audit event and policy revision are one transaction; the row
/// lock makes the second of two deciders find the request decided. Each API's owners decide its own endpoints.
/// </summary>
public sealed class DecideAccessRequest(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<DecidedRequest>> ExecuteAsync(
        Actor actor, long number, IReadOnlyList<OperationDecision> decisions, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.RequestAsync(db, number, cancellation);
        var request = await db.AccessRequests.DecidedBy(actor)
            .Include(r => r.Items).ThenInclude(i => i.Operation!.ApiVersion!.Api)
            .Include(r => r.Application)
            .SingleOrDefaultAsync(r => r.Number == number, cancellation);
        if (request is null)
            return new Problem(Problem.NotFound, $"There is no request {number} that you may decide.");
        var own = await db.AccessRequestItems.DecidedBy(actor).Where(i => i.AccessRequestId == request.Id).Select(i => i.Id).ToListAsync(cancellation);

        var now = clock.GetUtcNow();
        var found = DecisionRules.Check(actor, request, own, decisions, now);
        if (!found.Succeeded)
            return found.Failed<DecidedRequest>();
        var decided = found.Value;
        foreach (var (decision, item) in decided)
        {
            item.Decision = decision.Approve ? Decision.Approved : Decision.Denied;
            item.Reason = string.IsNullOrWhiteSpace(decision.Reason) ? null : decision.Reason.Trim();
            item.DecidedBy = actor.Id;
            item.DecidedAt = now;
        }

        var pending = request.Items.Count(i => i.Decision == Decision.Pending);
        if (pending == 0)
            (request.Status, request.ClosedAt) = (RequestStatus.Decided, now);

        var approved = decided.Where(d => d.Decision.Approve).Select(d => d.Item).ToList();
        await SupersedeAsync(db, actor, request, approved, now, cancellation);
        db.Grants.AddRange(approved.Select(item => GrantFor(request, item, actor, now)));
        await db.SaveChangesAsync(cancellation);
        await AccessNews.TellDecidedAsync(db, now, actor, request, [.. decided.Select(d => d.Item)], cancellation);
        await AuditLog.AppendAsync(db, now, actor, Entry(request, decided), cancellation);
        var changes = approved.Select(i => i.ApiVersionId).Distinct().Order()
            .Select(line => new PolicyChangeDraft(PolicyChangeKind.Granted, line, request.Environment, request.ApplicationId)).ToList();
        long? revision = changes.Count == 0 ? null : await PolicyLog.AppendAsync(db, now, changes, cancellation);
        await transaction.CommitAsync(cancellation);
        return new DecidedRequest(number, approved.Count, decided.Count - approved.Count, pending, revision);
    }

    private static Grant GrantFor(AccessRequest request, AccessRequestItem item, Actor actor, DateTimeOffset now) => new()
    {
        ApplicationId = request.ApplicationId,
        OperationId = item.OperationId,
        ApiVersionId = item.ApiVersionId,
        Environment = request.Environment,
        AccessRequestItemId = item.Id,
        ValidFrom = now,
        ValidUntil = request.Until,
        PlanLimitsId = item.PlanLimitsId,
        GrantedBy = actor.Id,
        GrantedAt = now,
    };

    /// <summary>A renewal takes the place of the grant before it, so that each endpoint has at most one open grant.</summary>
    private static async Task SupersedeAsync(
        MarketplaceDb db, Actor actor, AccessRequest request, List<AccessRequestItem> approved, DateTimeOffset now, CancellationToken cancellation)
    {
        var operations = approved.ConvertAll(i => i.OperationId);
        await HeldGrants.ReplacedAsync(db, request.ApplicationId, request.Environment, operations, cancellation);
        await db.Grants
            .Where(g => g.ApplicationId == request.ApplicationId && g.Environment == request.Environment
                && operations.Contains(g.OperationId) && g.EndedAt == null)
            .ExecuteUpdateAsync(
                g => g.SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedBy, actor.Id)
                    .SetProperty(x => x.EndKind, GrantEnd.Superseded).SetProperty(x => x.EndReason, $"Renewed by request {request.Number}."),
                cancellation);
    }

    private static AuditEntry Entry(AccessRequest request, IReadOnlyList<ItemDecision> decided) => new(
        "access_request.decided", "access_request", request.Number.ToString(), $"request {request.Number}", null,
        new { application = request.Application!.ClientId, environment = request.Environment, until = request.Until, decisions = decided.Select(DecisionRules.Told) });
}
