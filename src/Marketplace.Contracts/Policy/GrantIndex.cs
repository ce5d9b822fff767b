using System.Collections.Frozen;

namespace Marketplace.Contracts.Policy;

/// <summary>Answers whether a client may call an operation now. Immutable; a lookup and a bit test per question.</summary>
public sealed class GrantIndex
{
    private readonly FrozenDictionary<string, Period[]> periods;

    /// <summary>Builds the index. A grant whose bitmap cannot be read makes the policy unusable, not smaller.</summary>
    /// <exception cref="FormatException">A grant's bitmap is not one.</exception>
    public GrantIndex(IEnumerable<PolicyGrant> grants)
    {
        periods = grants.GroupBy(grant => grant.ClientId, StringComparer.Ordinal).ToFrozenDictionary(
            client => client.Key,
            client => client.Select(Period.Of).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>Whether a grant of the client covers the operation at that second.</summary>
    public bool Covers(string clientId, int operation, long now)
    {
        if (!periods.TryGetValue(clientId, out var granted))
            return false;
        foreach (var period in granted)
        {
            if (period.From <= now && now < period.Until && period.Operations.Contains(operation))
                return true;
        }

        return false;
    }

    private readonly record struct Period(OperationBitmap Operations, long From, long Until)
    {
        public static Period Of(PolicyGrant grant) => OperationBitmap.TryParse(grant.Operations, out var operations)
            ? new Period(operations, grant.From, grant.Until)
            : throw new FormatException($"The grant of {grant.ClientId} has no readable bitmap of operations.");
    }
}
