using Marketplace.Core.Access.Approval.Language;

namespace Marketplace.Core.Access.Approval.Policies;

/// <param name="Rule">Its name; "otherwise" for the last; null when none fits.</param>
/// <param name="Approvers">As the language writes them.</param>
public sealed record RoutedBy(string? Rule, string Approvers)
{
    internal static RoutedBy Of(PolicyRule? rule) => rule is null ? new(null, "nobody may have it") : new(rule.Name, rule.Then.ToString());
}

/// <summary>Endpoints that two rules send to different approvers.</summary>
/// <param name="Change"><c>stricter</c>: the same approvers and more; <c>looser</c>: some of them; <c>other</c>.</param>
public sealed record RoutingChange(RoutedBy From, RoutedBy To, string Change, int Requests, int Endpoints);

/// <param name="Endpoint">One of them, such as <c>GET /payments</c>.</param>
public sealed record ChangedRequest(
    long Number, string Application, string Environment, string Api, string Version, string Endpoint, int Endpoints, RoutedBy From, RoutedBy To, string Change);

/// <summary>The requests of a month through two policies, by the facts of today.</summary>
/// <param name="Against">The policy in effect.</param>
/// <param name="Changed">Endpoints that go another way.</param>
/// <param name="Changes">By which rules, most endpoints first.</param>
/// <param name="List">The newest first; at most a thousand.</param>
public sealed record DryRun(
    int Against, DateTimeOffset Since, int Requests, int Endpoints, int Changed, int Stricter, int Looser,
    IReadOnlyList<RoutingChange> Changes, IReadOnlyList<ChangedRequest> List)
{
    private const int Longest = 1000;

    /// <summary>What may be taken without approval from then on, and could not before; or the other way round.</summary>
    public IReadOnlyList<EmergencyChange> Emergencies { get; init; } = [];

    internal static DryRun Of(int against, PolicyText now, PolicyText then, DateTimeOffset since, IReadOnlyList<RoutedItem> items)
    {
        var changed = new List<(RoutedItem Item, PolicyRule? From, PolicyRule? To)>();
        foreach (var item in items)
        {
            var (from, to) = (now.Decide(item.Facts), then.Decide(item.Facts));
            if (from?.Then != to?.Then)
                changed.Add((item, from, to));
        }
        var changes = changed.GroupBy(c => (c.From, c.To)).Select(g => new RoutingChange(
            RoutedBy.Of(g.Key.From), RoutedBy.Of(g.Key.To), Direction(g.Key.From, g.Key.To), g.Select(c => c.Item.Request).Distinct().Count(), g.Count()));
        var list = changed.GroupBy(c => (c.Item.Request, c.Item.Facts.Api, c.Item.Version, c.From, c.To)).OrderByDescending(g => g.Key.Request).ThenBy(g => g.Key.Api, StringComparer.Ordinal)
            .Take(Longest).Select(g => new ChangedRequest(
                g.Key.Request, g.First().Item.Application, g.First().Item.Facts.Environment, g.Key.Api, g.Key.Version, $"{g.First().Item.Facts.Method} {g.First().Item.Path}", g.Count(),
                RoutedBy.Of(g.Key.From), RoutedBy.Of(g.Key.To), Direction(g.Key.From, g.Key.To)));
        return new(
            against, since, items.Select(i => i.Request).Distinct().Count(), items.Count, changed.Count, changed.Count(c => Direction(c.From, c.To) == "stricter"),
            changed.Count(c => Direction(c.From, c.To) == "looser"), [.. changes.OrderByDescending(c => c.Endpoints)], [.. list]);
    }

    private static string Direction(PolicyRule? from, PolicyRule? to) => (from, to) switch
    {
        (null, _) => "looser",
        (_, null) => "stricter",
        _ when to.Then.Includes(from.Then) => "stricter",
        _ when from.Then.Includes(to.Then) => "looser",
        _ => "other",
    };
}
