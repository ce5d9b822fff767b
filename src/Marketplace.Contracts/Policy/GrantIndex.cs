using System.Collections.Frozen;

namespace Marketplace.Contracts.Policy;

/// <summary>Answers whether a client may call an operation now, and under which limits. Immutable; a lookup and a bit test per question.</summary>
public sealed class GrantIndex
{
    /// <summary>In place of a number in <see cref="Limited"/>: nothing limits this grant.</summary>
    public const int Unlimited = -1;

    private readonly FrozenDictionary<string, Period[]> periods;

    /// <summary>Builds the index. A grant whose bitmap or plan cannot be read makes the policy unusable, not smaller or unlimited.</summary>
    /// <param name="grants">Who may call what.</param>
    /// <param name="plans">The limits that the grants name.</param>
    /// <exception cref="FormatException">A grant's bitmap is not one, or its plan is not among the plans, or cannot be enforced.</exception>
    public GrantIndex(IEnumerable<PolicyGrant> grants, IReadOnlyList<PolicyPlan>? plans = null)
    {
        if (plans?.Any(plan => plan is not { Name.Length: > 0, IsEnforceable: true }) == true)
            throw new FormatException("A plan has limits that cannot be enforced.");
        var known = new Dictionary<int, PolicyPlan>();
        if (plans?.All(plan => known.TryAdd(plan.Number, plan)) == false)
            throw new FormatException("Two plans have the same number.");
        var limited = new List<LimitedClient>();
        periods = grants.GroupBy(grant => grant.ClientId, StringComparer.Ordinal).ToFrozenDictionary(
            client => client.Key,
            client =>
            {
                var first = limited.Count;
                return client.Select(grant => Period.Of(grant, grant.Plan is { } plan ? NumberOf(client.Key, plan, first) : Unlimited)).ToArray();
            },
            StringComparer.Ordinal);
        Limited = limited;

        int NumberOf(string client, int plan, int first)
        {
            var at = limited.FindIndex(first, one => one.Plan.Number == plan);
            if (at >= 0)
                return at;
            limited.Add(new(client, known.TryGetValue(plan, out var limits) ? limits : throw new FormatException($"The grant of {client} names plan {plan}, which is not there.")));
            return limited.Count - 1;
        }
    }

    /// <summary>Each client with each plan that its grants carry: these are counted apart.</summary>
    public IReadOnlyList<LimitedClient> Limited { get; }

    /// <summary>Whether a grant of the client covers the operation at that second.</summary>
    public bool Covers(string clientId, int operation, long now) => Covers(clientId, operation, now, out _);

    /// <summary>The same, with where in <see cref="Limited"/> its limits are; <see cref="Unlimited"/> where it has none.</summary>
    public bool Covers(string clientId, int operation, long now, out int limited)
    {
        limited = Unlimited;
        if (!periods.TryGetValue(clientId, out var granted))
            return false;
        foreach (var period in granted)
        {
            if (period.From > now || now >= period.Until || !period.Operations.Contains(operation))
                continue;
            limited = period.Limited;
            return true;
        }

        return false;
    }

    private readonly record struct Period(OperationBitmap Operations, long From, long Until, int Limited)
    {
        public static Period Of(PolicyGrant grant, int limited) => OperationBitmap.TryParse(grant.Operations, out var operations)
            ? new Period(operations, grant.From, grant.Until, limited)
            : throw new FormatException($"The grant of {grant.ClientId} has no readable bitmap of operations.");
    }
}

/// <summary>One client under one plan.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Plan">Its limits.</param>
public sealed record LimitedClient(string ClientId, PolicyPlan Plan);
