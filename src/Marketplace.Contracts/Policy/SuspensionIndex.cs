using System.Collections.Frozen;

namespace Marketplace.Contracts.Policy;

/// <summary>Answers whether what a client may not call is set aside. Only who refuses asks. Immutable.</summary>
public sealed class SuspensionIndex
{
    private readonly FrozenDictionary<string, (OperationBitmap Operations, long Until)[]> suspended;

    /// <summary>Builds the index. An entry that cannot be read makes the policy unusable, as one of a grant does.</summary>
    /// <param name="grants">What is set aside; null for nothing.</param>
    /// <exception cref="FormatException">A bitmap is not one.</exception>
    public SuspensionIndex(IEnumerable<SuspendedGrant>? grants) => suspended = (grants ?? []).GroupBy(grant => grant.ClientId, StringComparer.Ordinal)
        .ToFrozenDictionary(
            client => client.Key,
            client => client.Select(grant => OperationBitmap.TryParse(grant.Operations, out var operations)
                ? (operations, grant.Until)
                : throw new FormatException($"The suspended grant of {grant.ClientId} has no readable bitmap of operations.")).ToArray(),
            StringComparer.Ordinal);

    /// <summary>Whether the client's grant of the operation is set aside at that second.</summary>
    public bool Holds(string clientId, int operation, long now)
    {
        if (!suspended.TryGetValue(clientId, out var held))
            return false;
        foreach (var (operations, until) in held)
        {
            if (now < until && operations.Contains(operation))
                return true;
        }

        return false;
    }
}
