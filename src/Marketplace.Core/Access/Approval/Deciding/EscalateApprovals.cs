using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>
/// When a rule's days have passed, those who can decide are told once more, and whom the rule names besides. Nothing is
/// ever decided by it. Any replica may be the one that does.
/// </summary>
public sealed class EscalateApprovals(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>One request at a time; false when nothing is due.</summary>
    public async Task<bool> EscalateNextAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var due = await db.Database.SqlQuery<Guid>(
            $"""
            select r.id as "Value" from access_request r
            where r.status = 'pending' and r.id = (
              select i.access_request_id from item_routing x join access_request_item i on i.id = x.item_id join access_request q on q.id = i.access_request_id
              where x.escalate_at <= {now} and x.escalated_at is null and i.decision = 'pending' and q.status = 'pending'
              order by x.escalate_at limit 1)
            for update of r skip locked
            """).ToListAsync(cancellation);
        if (due is not [var id])
            return false;
        var request = await db.AccessRequests.Include(r => r.Application)
            .Include(r => r.Items).ThenInclude(i => i.Routing)
            .Include(r => r.Items).ThenInclude(i => i.Approvals)
            .Include(r => r.Items).ThenInclude(i => i.Operation!.ApiVersion!.Api).AsSplitQuery()
            .SingleAsync(r => r.Id == id, cancellation);
        var items = request.Items.FindAll(i => i.Decision == Decision.Pending && i.Routing is { EscalatedAt: null } routing && routing.EscalateAt <= now);
        foreach (var item in items)
            item.Routing!.EscalatedAt = now;
        await db.SaveChangesAsync(cancellation);
        await TellAsync(db, now, request, items, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task TellAsync(MarketplaceDb db, DateTimeOffset now, AccessRequest request, List<AccessRequestItem> items, CancellationToken cancellation)
    {
        var missing = items.SelectMany(i => i.Approvals).Where(a => a.Decision == Decision.Pending).Select(a => a.Role).ToHashSet();
        var named = items.Select(i => i.Routing!.EscalateTo).OfType<ApproverRole>().ToHashSet();
        Guid[] teams = missing.Contains(ApproverRole.Owner) || named.Contains(ApproverRole.Owner) ? [.. items.Select(i => i.Operation!.ApiVersion!.Api!.TeamId).Distinct()] : [];
        var people = new HashSet<Guid>(await ApprovalNews.StandInsOfOwnersAsync(db, teams, now, cancellation));
        foreach (var role in missing.Union(named).Where(r => r != ApproverRole.Owner))
            people.UnionWith(await ApprovalNews.HoldersAsync(db, role, now, cancellation));
        people.Remove(request.RequestedBy);
        var waits = (int)(now - request.RequestedAt).TotalDays;
        var lacking = string.Join(" and ", missing.Order().Select(Approvers.Name));
        var told = await Inbox.TellAsync(
            db, now, Actor.System,
            new(
                NotificationKind.ApprovalOverdue, $"{request.Application!.Name} has waited {waits} {(waits == 1 ? "day" : "days")} for {lacking}",
                $"Request {request.Number}, {(items.Count == 1 ? "1 endpoint" : $"{items.Count:N0} endpoints")} in {request.Environment}. It goes on waiting until somebody decides.\n{request.Justification}", $"/requests/{request.Number}"),
            new() { OwnersOfTeams = teams, People = people }, cancellation);
        await AuditLog.AppendAsync(
            db, now, Actor.System,
            new AuditEntry(
                "access_request.escalated", "access_request", request.Number.ToString(), $"request {request.Number}", null,
                new { endpoints = items.Count, missing = missing.Order().Select(StoredEnum.ToWord), also_told = named.Order().Select(StoredEnum.ToWord), people = told }),
            cancellation);
    }
}
