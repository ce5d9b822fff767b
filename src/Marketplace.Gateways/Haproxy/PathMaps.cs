using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// The decision of <see cref="OperationMatcher"/> as maps: first the path, then the method.
/// <list type="bullet">
/// <item><c>paths.map</c>: decoded path without parameters → number of the path; one tree lookup.</item>
/// <item><c>templates.map</c>: regex → number of the path, number of what a lenient server would make of it; in order of preference.</item>
/// <item><c>lenient-paths.map</c> and <c>lenient-templates.map</c>: the same as a server reads them that folds case
/// and ignores a trailing slash. Where they name another path than the exact ones, the request is refused.</item>
/// <item><c>operations.map</c>: path number and method → index, byte and mask of the bit, key.</item>
/// </list>
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
            AddLenient(segments, number++);
        }

        number = 0;
        foreach (var (segments, entries) in matcher.Exact.InOrder())
        {
            if (AddExact(segments, entries[0], number))
                AddOperations(entries[0].Operations, number);
            number++;
        }
    }

    public MapFile Paths { get; } = new();

    public MapFile Templates { get; } = new();

    public MapFile LenientPaths { get; } = new();

    public MapFile LenientTemplates { get; } = new();

    public MapFile Operations { get; } = new();

    /// <summary>The bytes of a token's bitmap in which some operation has its bit.</summary>
    public IEnumerable<int> BitmapBytes => bytes.Order();

    private bool AddExact(IReadOnlyList<SegmentTemplate> segments, PathEntry entry, int number)
    {
        if (!PathRegex.IsPossible(segments))
            return false;
        return (!entry.IsTemplated && Paths.TryAdd(Literal(segments), $"{number}"))
            || Templates.TryAdd(PathRegex.Of(segments, lenient: false), entry.IsTemplated ? $"{number}|{groups[entry]}" : $"{number}");
    }

    private void AddLenient(IReadOnlyList<SegmentTemplate> segments, int group)
    {
        if (segments.Count == 0 || !PathRegex.IsPossible(segments))
            return;
        var literal = segments.All(segment => segment.IsLiteral) ? Literal(segments) : null;
        // haproxy's own lower-casing knows ASCII only; a regex spells out the rest.
        if (literal is null || !System.Text.Ascii.IsValid(literal) || !LenientPaths.TryAdd(literal.ToLowerInvariant(), $"{group}"))
            LenientTemplates.TryAdd(PathRegex.Of(segments, lenient: true), $"{group}");
    }

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

    private static string Literal(IEnumerable<SegmentTemplate> segments) => string.Concat(segments.Select(segment => "/" + segment.Literals[0]));
}
