using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>What was found for the endpoints of a request.</summary>
/// <param name="Automatic">Those that the policy approves by itself.</param>
internal sealed record RoutedRequest(int Policy, IReadOnlyList<AccessRequestItem> Automatic, IReadOnlyList<object> Told)
{
    /// <summary>As whom the policy approves.</summary>
    public Actor Approver => new(Guid.Empty, $"Approval policy {Policy}", null, "policy");
}

/// <summary>Finds the rule for each endpoint of a request that has just been written, and whose approvals it needs.</summary>
public sealed class RouteRequest(ApprovalPolicyShelf shelf)
{
    internal static Problem NoPolicy { get; } = new(
        "policy_missing", "No approval policy says who may decide on this: nobody can be granted it. Tell a security officer or an administrator.");

    /// <summary>Null when no rule says who decides on one of them: then nobody may have any.</summary>
    internal async Task<RoutedRequest?> ExecuteAsync(MarketplaceDb db, AccessRequest request, CancellationToken cancellation)
    {
        if (await shelf.InEffectAsync(db, cancellation) is not var (number, policy))
            return null;
        var facts = (await RoutedItem.OfRequestAsync(db, request.Id, cancellation)).ToDictionary(i => i.Item, i => i.Facts);
        var rules = request.Items.ToDictionary(i => i, i => policy.Decide(facts[i.Id]));
        if (rules.Values.Any(r => r is null))
            return null;
        foreach (var (item, rule) in rules)
            Route(db, item, rule!, number, request.RequestedBy, request.RequestedAt);
        await db.SaveChangesAsync(cancellation);
        return new(
            number, [.. request.Items.Where(i => rules[i]!.Then.IsAutomatic)],
            [.. rules.GroupBy(r => r.Value!).Select(g => new { policy = number, rule = g.Key.Name, when = g.Key.When, approvers = g.Key.Then.ToString(), endpoints = g.Count() })]);
    }

    private static void Route(MarketplaceDb db, AccessRequestItem item, PolicyRule rule, int policy, Guid requestedBy, DateTimeOffset at)
    {
        db.Add(new ItemRouting
        {
            ItemId = item.Id,
            Policy = policy,
            Rule = rule.Name,
            Because = rule.Because(policy),
            EscalateAt = rule.Escalation is { } escalation ? at.AddDays(escalation.Days) : null,
            EscalateTo = rule.Escalation?.To,
        });
        foreach (var role in rule.Then.Roles)
            db.Add(new ItemApproval { ItemId = item.Id, Role = role, RequestedBy = requestedBy });
    }
}
