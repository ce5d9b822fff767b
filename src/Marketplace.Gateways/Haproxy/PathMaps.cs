using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// The decision of <see cref="OperationMatcher"/> as maps: first the path, then the method. Paths are numbered in
/// the order in which the matcher prefers them; of several that match, the lowest number is meant.
/// </summary>
internal sealed class PathMaps
{
    private readonly Dictionary<PathEntry, int> groups = [];
    private readonly HashSet<int> bytes = [];

    public PathMaps(OperationMatcher matcher)
    {
        var number = 0;
        foreach (var (segments, entries) in matcher.Lenient.InOrder())
        {
            foreach (var entry in entries)
                groups[entry] = number;
            if (segments.Count > 0)
                Lenient.TryAdd(segments, $"{number}");
            number++;
        }

        number = 0;
        foreach (var (segments, entries) in matcher.Exact.InOrder())
        {
            var entry = entries[0];
            if (Exact.TryAdd(segments, entry.IsTemplated ? $"{number}|{groups[entry]}" : $"{number}"))
                AddOperations(entry.Operations, number);
            number++;
        }
    }

    /// <summary>Path → its number, and for a template the number of what a lenient server would make of it.</summary>
    public PathMapSet Exact { get; } = new("", lenient: false);

    /// <summary>
    /// The same as a server reads paths that folds case and ignores a trailing slash. Where it names another path
    /// than the exact one, the request is refused.
    /// </summary>
    public PathMapSet Lenient { get; } = new("lenient-", lenient: true);

    /// <summary>Path number and method → index, byte and mask of the bit, key.</summary>
    public MapFile Operations { get; } = new();

    /// <summary>The bytes of a token's bitmap in which some operation has its bit.</summary>
    public IEnumerable<int> BitmapBytes => bytes.Order();

    private void AddOperations(IEnumerable<PolicyOperation> operations, int path)
    {
        foreach (var operation in operations)
        {
            if (operation.Index is < 0 or >= OperationBitmap.MaxBytes * 8)
                throw new GatewayException($"The policy has an operation with the index {operation.Index}.");
            var (at, mask) = (operation.Index >> 3, 0x80 >> (operation.Index & 7));
            if (Operations.TryAdd($"{path}:{operation.Method}", $"{operation.Index}|{at}|{mask}|{VisibleText.Of(operation.Key)}"))
                bytes.Add(at);
        }
    }
}
