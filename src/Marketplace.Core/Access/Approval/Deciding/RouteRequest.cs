using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>What was found for the endpoints of a request.</summary>
/// <param name="Automatic">Those that the policy approves by itself.</param>
internal sealed record RoutedRequest(int Policy, IReadOnlyList<AccessRequestItem> Automatic, IReadOnlyList<object> Told)
{
    /// <summary>As whom the policy approves.</summary>
    public Actor Approver => new(Guid.Empty, $"Approval policy {Policy}", null, "policy");
}

/// <summary>
/// Finds the rule for each endpoint of a request that has just been written, and whose approvals it needs. Data that was
/// classified lower goes as before for a while, and what a security officer ended needs one again: so that neither the
/// owner nor the policy alone undoes that.
/// </summary>
public sealed class RouteRequest(ApprovalPolicyShelf shelf, ApprovalMemory memory)
{
    internal static Problem NoPolicy { get; } = new(
        "policy_missing", "No approval policy says who may decide on this: nobody can be granted it. Tell a security officer or an administrator.");

    /// <summary>Null when no rule says who decides on one of them: then nobody may have any.</summary>
    internal async Task<RoutedRequest?> ExecuteAsync(MarketplaceDb db, AccessRequest request, CancellationToken cancellation)
    {
        if (await shelf.InEffectAsync(db, cancellation) is not var (number, policy))
            return null;
        var since = memory.Since(request.RequestedAt);
        var items = (await RoutedItem.OfRequestAsync(db, request.Id, since, cancellation)).ToDictionary(i => i.Item);
        var rules = request.Items.ToDictionary(i => i, i => policy.Decide(items[i.Id].Facts));
        if (rules.Values.Any(r => r is null))
            return null;
        var ends = await OfficersEnds.OfAsync(db, request.ApplicationId, request.Environment, request.Items.Select(i => i.OperationId), since, cancellation);
        var special = await SpecialPlansAsync(db, request, cancellation);
        var ways = rules.ToDictionary(r => r.Key, r => WayOf(r.Value!, number, items[r.Key.Id], ends.GetValueOrDefault(r.Key.OperationId), special.GetValueOrDefault(r.Key.PlanLimitsId ?? default)));
        foreach (var (item, way) in ways)
            Route(db, item, way, number, request.RequestedBy, request.RequestedAt);
        await db.SaveChangesAsync(cancellation);
        return new(
            number, [.. request.Items.Where(i => ways[i].Approvers.IsAutomatic)],
            [.. ways.GroupBy(w => (w.Value.Rule, Approvers: w.Value.Approvers.ToString())).Select(g => new { policy = number, rule = g.Key.Rule.Name, when = g.Key.Rule.When, approvers = g.Key.Approvers, endpoints = g.Count() })]);
    }

    private (PolicyRule Rule, Approvers Approvers, string Because) WayOf(PolicyRule rule, int policy, RoutedItem item, OfficersEnd? end, string? special)
    {
        var because = rule.Because(policy);
        if (item.ClassifiedNow is { } now)
            because += $" The API's data is classified {now} since less than {memory.Days} days; until then requests go as if it still were {item.Facts.Classification}.";
        var then = rule.Then;
        if (then.IsAutomatic && special is not null)
            (then, because) = (new([ApproverRole.Owner]), because + $" The plan {special} is not the one that everybody gets: the API's owner decides who has it.");
        if (end is null)
            return (rule, then, because);
        Approvers approvers = new(then.Roles.Append(ApproverRole.SecurityOfficer));
        return (rule, approvers, because + $" {end.Told("this access")}: for {memory.Days} days a security officer decides on it anew. In all, {approvers.Sentence}.");
    }

    /// <summary>Plans that somebody chose where there is a default, by their limits: no rule gives them by itself.</summary>
    private static Task<Dictionary<int, string>> SpecialPlansAsync(MarketplaceDb db, AccessRequest request, CancellationToken cancellation)
    {
        int[] chosen = [.. request.Items.Select(i => i.PlanLimitsId).OfType<int>().Distinct()];
        return db.PlanLimits.Where(l => chosen.Contains(l.Id) && !l.Plan!.IsDefault
                && db.Plans.Any(p => p.ApiId == l.Plan.ApiId && p.IsDefault && p.ArchivedAt == null && p.Environments.Contains(request.Environment)))
            .ToDictionaryAsync(l => l.Id, l => l.Plan!.Title, cancellation);
    }

    private static void Route(MarketplaceDb db, AccessRequestItem item, (PolicyRule Rule, Approvers Approvers, string Because) way, int policy, Guid requestedBy, DateTimeOffset at)
    {
        var rule = way.Rule;
        db.Add(new ItemRouting
        {
            ItemId = item.Id,
            Policy = policy,
            Rule = rule.Name,
            Because = way.Because,
            EscalateAt = rule.Escalation is { } escalation ? at.AddDays(escalation.Days) : null,
            EscalateTo = rule.Escalation?.To,
        });
        foreach (var role in way.Approvers.Roles)
            db.Add(new ItemApproval { ItemId = item.Id, Role = role, RequestedBy = requestedBy });
    }
}
