using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>Something happens while a request waits, and endpoints of it need approvers besides those that they have.</summary>
internal static class MoreApprovers
{
    /// <returns>All that it needs now.</returns>
    public static Approvers Add(MarketplaceDb db, AccessRequestItem item, IReadOnlyCollection<ApproverRole> more, Guid requestedBy)
    {
        var all = new Approvers(item.Approvals.Select(a => a.Role).Concat(more));
        foreach (var role in more)
            db.Add(new ItemApproval { ItemId = item.Id, Role = role, RequestedBy = requestedBy });
        return all;
    }

    /// <summary>Writes them, tells those of the platform who have to decide now, and records it.</summary>
    /// <param name="request">With its application.</param>
    /// <param name="details">For the audit trail, before and after among them.</param>
    public static async Task WriteAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, string why, Func<object> details, CancellationToken cancellation)
    {
        await db.SaveChangesAsync(cancellation);
        await ApprovalNews.TellPlatformAsync(db, now, actor, request, request.Application!, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("access_request.rerouted", "access_request", request.Number.ToString(), $"request {request.Number}", why, details()), cancellation);
    }
}
