using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <summary>
/// Here an approval becomes a grant, whether people gave it or the approval policy did. Decisions, grants, audit event and
/// policy revision are one transaction, the caller's.
/// </summary>
internal static class GrantApproved
{
    /// <param name="by">The last who approved; the policy's own actor has no id.</param>
    /// <param name="settled">The items that are decided now, one way or the other.</param>
    /// <param name="emergency">What it was taken as; null for what was asked for.</param>
    /// <returns>The policy revision, when there is a grant.</returns>
    public static async Task<long?> ExecuteAsync(
        MarketplaceDb db, DateTimeOffset now, Actor by, AccessRequest request, IReadOnlyList<AccessRequestItem> settled, AuditEntry entry, CancellationToken cancellation,
        Emergency? emergency = null)
    {
        Guid? person = by.Id == Guid.Empty ? null : by.Id;
        foreach (var item in settled)
            (item.DecidedBy, item.DecidedAt) = (person, now);
        if (request.Items.TrueForAll(i => i.Decision != Decision.Pending))
            (request.Status, request.ClosedAt) = (RequestStatus.Decided, now);

        var approved = settled.Where(i => i.Decision == Decision.Approved).ToList();
        await SupersedeAsync(db, person, request, approved, now, cancellation);
        db.Grants.AddRange(approved.Select(item => GrantFor(request, item, person, now, emergency)));
        await db.SaveChangesAsync(cancellation);
        await HeldGrants.StaySuspendedAsync(db, request.ApplicationId, request.Environment, approved.ConvertAll(i => i.OperationId), now, cancellation);
        if (settled.Count > 0 && emergency is null)
            await AccessNews.TellDecidedAsync(db, now, by, request, settled, cancellation);
        await AuditLog.AppendAsync(db, now, by, entry, cancellation);
        var changes = approved.Select(i => i.ApiVersionId).Distinct().Order()
            .Select(line => new PolicyChangeDraft(PolicyChangeKind.Granted, line, request.Environment, request.ApplicationId)).ToList();
        return changes.Count == 0 ? null : await PolicyLog.AppendAsync(db, now, changes, cancellation);
    }

    private static Grant GrantFor(AccessRequest request, AccessRequestItem item, Guid? by, DateTimeOffset now, Emergency? emergency) => new()
    {
        ApplicationId = request.ApplicationId,
        OperationId = item.OperationId,
        ApiVersionId = item.ApiVersionId,
        Environment = request.Environment,
        AccessRequestItemId = item.Id,
        EmergencyId = emergency?.Id,
        ValidFrom = now,
        ValidUntil = request.Until,
        PlanLimitsId = item.PlanLimitsId,
        GrantedBy = by,
        GrantedAt = now,
    };

    /// <summary>A renewal takes the place of the grant before it, so that each endpoint has at most one open grant.</summary>
    private static async Task SupersedeAsync(
        MarketplaceDb db, Guid? by, AccessRequest request, List<AccessRequestItem> approved, DateTimeOffset now, CancellationToken cancellation)
    {
        var operations = approved.ConvertAll(i => i.OperationId);
        await HeldGrants.ReplacedAsync(db, request.ApplicationId, request.Environment, operations, cancellation);
        await db.Grants
            .Where(g => g.ApplicationId == request.ApplicationId && g.Environment == request.Environment
                && operations.Contains(g.OperationId) && g.EndedAt == null)
            .ExecuteUpdateAsync(
                g => g.SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedBy, by)
                    .SetProperty(x => x.EndKind, GrantEnd.Superseded).SetProperty(x => x.EndReason, $"Renewed by request {request.Number}."),
                cancellation);
    }
}
