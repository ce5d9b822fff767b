using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// <c>grants.map</c>: client and operation index → first and last second, then where there are limits the number of its
/// plan, and while a quota is used up the second at which it is not. What is suspended has an entry of its own, with the
/// second at which that is over. The one map that changes while haproxy runs.
/// </summary>
public static class GrantsMap
{
    /// <summary>Its name on disk and on the runtime socket.</summary>
    public const string FileName = "grants.map";

    /// <summary>The key that stands for everybody's grants while the policy is too old to speak about them; no client's has its form.</summary>
    internal const string Everybody = "*";

    /// <summary>The end of the key of what is suspended; no index has its form.</summary>
    internal const string Suspended = "|suspended";

    private const long LastSecondOf9999 = 253402300799;

    /// <summary>
    /// The entries in a stable order. Where a client has several periods for one operation that do not touch, the one
    /// that lasts now counts, else the next to come: whoever keeps the map up writes it again when a period ends.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Entries(PolicySnapshot snapshot, long now)
    {
        var plans = PlansOf(snapshot).ToDictionary(plan => plan.Number);
        var spent = (snapshot.Spent ?? []).Where(one => one.Until > now).ToLookup(one => (one.ClientId, one.Plan), one => Math.Clamp(one.Until, 0, LastSecondOf9999));
        var periods = from grant in snapshot.Grants
                      where IsWritable(grant.ClientId) && grant.Until > now
                      let bitmap = Bitmap(grant.ClientId, grant.Operations)
                      from operation in snapshot.Operations
                      where bitmap.Contains(operation.Index)
                      group (From: Math.Clamp(grant.From, 0, LastSecondOf9999), Until: Math.Clamp(grant.Until, 0, LastSecondOf9999), Limits: Limits(grant))
                          by (grant.ClientId, operation.Index);
        return
        [
            .. from period in periods
               orderby period.Key.ClientId, period.Key.Index
               let chosen = Merge(period)
               select KeyValuePair.Create($"{period.Key.ClientId}|{period.Key.Index}", $"{chosen.From}-{chosen.Until}{chosen.Limits}"),
        ];

        string Limits(PolicyGrant grant)
        {
            if (grant.Plan is not { } plan)
                return "";
            if (!plans.ContainsKey(plan))
                throw new GatewayException($"The grant of {VisibleText.Of(grant.ClientId)} names plan {plan}, which is not there.");
            return spent[(grant.ClientId, plan)].FirstOrDefault() is > 0 and var until ? $"-{plan}-{until}" : $"-{plan}";
        }
    }

    /// <summary>What is refused for now: it says so, and changes nothing else.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Suspensions(PolicySnapshot snapshot, long now) =>
        from grant in snapshot.Suspended ?? []
        where IsWritable(grant.ClientId) && grant.Until > now
        let bitmap = Bitmap(grant.ClientId, grant.Operations)
        from operation in snapshot.Operations
        where bitmap.Contains(operation.Index)
        group Math.Clamp(grant.Until, 0, LastSecondOf9999) by (grant.ClientId, operation.Index) into held
        orderby held.Key.ClientId, held.Key.Index
        select KeyValuePair.Create($"{held.Key.ClientId}|{held.Key.Index}{Suspended}", held.Max().ToString(CultureInfo.InvariantCulture));

    /// <summary>The limits that grants name, checked.</summary>
    internal static IReadOnlyList<PolicyPlan> PlansOf(PolicySnapshot snapshot)
    {
        var plans = snapshot.Plans ?? [];
        if (plans.Any(plan => plan is not { Number: >= 0, IsEnforceable: true }))
            throw new GatewayException("A plan has limits that cannot be enforced.");
        return plans.DistinctBy(plan => plan.Number).Count() == plans.Count ? plans : throw new GatewayException("Two plans have the same number.");
    }

    /// <summary>The file.</summary>
    public static string File(PolicySnapshot snapshot, long now, bool tokensAloneDecide = false)
    {
        var map = new MapFile();
        if (tokensAloneDecide)
            map.TryAdd(Everybody, $"0-{LastSecondOf9999}");
        // With a policy that is too old to speak about grants, it is too old to say why.
        foreach (var (key, value) in Entries(snapshot, now).Concat(tokensAloneDecide ? [] : Suspensions(snapshot, now)))
            map.TryAdd(key, value);
        return map.ToString();
    }

    /// <summary>The earliest period, lengthened by those that touch it.</summary>
    private static (long From, long Until, string Limits) Merge(IEnumerable<(long From, long Until, string Limits)> periods)
    {
        var ordered = periods.Order().ToArray();
        var merged = ordered[0];
        foreach (var next in ordered.Where(next => next.From <= merged.Until))
            merged.Until = Math.Max(merged.Until, next.Until);
        return merged;
    }

    private static OperationBitmap Bitmap(string clientId, string operations) => OperationBitmap.TryParse(operations, out var bitmap)
        ? bitmap
        : throw new GatewayException($"The grant of {VisibleText.Of(clientId)} has no readable bitmap of operations.");

    /// <summary>Visible ASCII is all that a client id may hold (RFC 6749 §A.1); one with blanks could not be a key and has no grant here.</summary>
    private static bool IsWritable(string clientId) => clientId.Length > 0 && clientId[0] != '#' && clientId.All(c => c is > ' ' and < '\x7f');
}
