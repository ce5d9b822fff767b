using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Marketplace.Contracts.Policy;

/// <summary>A declared path and its methods.</summary>
internal sealed class PathEntry(PathTemplate template)
{
    private readonly List<PolicyOperation> operations = new(1);

    public bool IsTemplated { get; } = template.Segments.Any(segment => !segment.IsLiteral);

    public void Declare(PolicyOperation operation)
    {
        if (Find(operation.Method) is null)
            operations.Add(operation);
    }

    public IReadOnlyList<PolicyOperation> Operations => operations;

    public PolicyOperation? Find(ReadOnlySpan<char> method)
    {
        foreach (var operation in operations)
        {
            if (method.SequenceEqual(operation.Method))
                return operation;
        }

        return null;
    }
}

/// <summary>
/// Paths by segment. A node is entered by one way only, so a search visits each node at most once and ends with the
/// most specific path: literal, then partly literal, then a whole parameter.
/// The lenient one reads paths as a server does that folds case and ignores a trailing slash.
/// </summary>
internal sealed class PathTrie(bool lenient)
{
    private readonly StringComparison comparison = lenient ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    private readonly Node root = new(lenient);

    public void Add(PathTemplate template, PathEntry entry)
    {
        var node = root;
        foreach (var segment in template.Segments)
        {
            if (lenient && segment is { IsLiteral: true, Literal: "" })
                break;
            node = node.Child(segment);
        }

        node.Add(entry);
    }

    /// <summary>The entries of the most specific path that matches (several only where leniency makes them one), or null.</summary>
    public List<PathEntry>? Find(ReadOnlySpan<char> path)
    {
        var rest = path[1..];
        if (lenient && rest is [.., '/'])
            rest = rest[..^1];
        return lenient && rest.IsEmpty ? root.Entries : Find(root, rest);
    }

    /// <summary>Every path, those that <see cref="Find(ReadOnlySpan{char})"/> prefers first: for matchers outside this process.</summary>
    public IEnumerable<(IReadOnlyList<SegmentTemplate> Segments, IReadOnlyList<PathEntry> Entries)> InOrder() => InOrder(root, []);

    private static IEnumerable<(IReadOnlyList<SegmentTemplate>, IReadOnlyList<PathEntry>)> InOrder(Node node, SegmentTemplate[] above)
    {
        if (node.Entries is { } entries)
            yield return (above, entries);
        foreach (var (segment, child) in node.Children())
        {
            foreach (var path in InOrder(child, [.. above, segment]))
                yield return path;
        }
    }

    private List<PathEntry>? Find(Node node, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        var segment = slash < 0 ? rest : rest[..slash];
        if (node.TryGetLiteral(segment, out var child) && Follow(child, rest, slash) is { } literal)
            return literal;

        foreach (var (template, partial) in node.Partials)
        {
            if (template.Matches(segment, comparison) && Follow(partial, rest, slash) is { } found)
                return found;
        }

        return node.Whole is { } whole && !segment.IsEmpty ? Follow(whole, rest, slash) : null;
    }

    private List<PathEntry>? Follow(Node child, ReadOnlySpan<char> rest, int slash) =>
        slash < 0 ? child.Entries : Find(child, rest[(slash + 1)..]);

    // Most nodes are leaves, and each service holds thousands: what a node does not have takes no room.
    private sealed class Node(bool lenient)
    {
        private Dictionary<string, Node>? literals;
        private List<(SegmentTemplate Template, Node Child)>? partials;

        public ReadOnlySpan<(SegmentTemplate Template, Node Child)> Partials => CollectionsMarshal.AsSpan(partials);

        public Node? Whole { get; private set; }

        /// <summary>Null for a node that is only passed.</summary>
        public List<PathEntry>? Entries { get; private set; }

        public void Add(PathEntry entry) => (Entries ??= new(1)).Add(entry);

        public bool TryGetLiteral(ReadOnlySpan<char> segment, [NotNullWhen(true)] out Node? child)
        {
            child = null;
            return literals is not null && literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out child);
        }

        public IEnumerable<(SegmentTemplate Segment, Node Child)> Children() =>
        [
            .. (literals ?? []).OrderBy(literal => literal.Key, StringComparer.Ordinal).Select(literal => (SegmentTemplate.OfLiteral(literal.Key), literal.Value)),
            .. partials ?? [],
            .. Whole is null ? [] : new[] { (SegmentTemplate.AnyText, Whole) },
        ];

        public Node Child(SegmentTemplate segment)
        {
            if (segment.IsWhole)
                return Whole ??= new Node(lenient);
            if (segment.IsLiteral)
            {
                literals ??= new(1, lenient ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
                return literals.TryGetValue(segment.Literal, out var literal) ? literal : literals[segment.Literal] = new Node(lenient);
            }

            var comparer = lenient ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            foreach (var (template, child) in Partials)
            {
                if (template.Shape.Equals(segment.Shape, comparer))
                    return child;
            }

            var added = new Node(lenient);
            partials ??= [];
            partials.Add((segment, added));
            partials.Sort(MoreLiteralFirst);
            return added;
        }

        private static int MoreLiteralFirst((SegmentTemplate Template, Node) a, (SegmentTemplate Template, Node) b) =>
            (b.Template.LiteralLength, a.Template.Parameters).CompareTo((a.Template.LiteralLength, b.Template.Parameters)) is var order and not 0
                ? order
                : string.CompareOrdinal(a.Template.Shape, b.Template.Shape);
    }
}
