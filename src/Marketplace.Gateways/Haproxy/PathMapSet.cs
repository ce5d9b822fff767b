using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// Where paths are found, from fast to slow: <c>paths.map</c> without parameters, <c>templates.map</c> by
/// <see cref="PathShape"/>, <c>patterns.map</c> by regex for what is left.
/// </summary>
internal sealed class PathMapSet(string prefix, bool lenient)
{
    private readonly HashSet<PathShape> shapes = [];
    private readonly MapFile paths = new();
    private readonly MapFile templates = new();
    private readonly MapFile patterns = new();

    public string PathsFile => prefix + "paths.map";

    public string TemplatesFile => prefix + "templates.map";

    public string PatternsFile => prefix + "patterns.map";

    public bool HasPatterns => patterns.ToString().Length > 0;

    /// <summary>In order of preference: a literal (l) goes before a parameter (p).</summary>
    public IEnumerable<PathShape> Shapes => shapes.OrderBy(shape => shape.Name, StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, string>> Files =>
    [
        new(PathsFile, paths.ToString()), new(TemplatesFile, templates.ToString()), new(PatternsFile, patterns.ToString()),
    ];

    /// <summary>False for a path that cannot be written down: what it would match is no operation, and no other path's either.</summary>
    public bool TryAdd(IReadOnlyList<SegmentTemplate> segments, string value)
    {
        if (!PathRegex.IsPossible(segments))
            return false;
        if (TryAddText(segments, value) || patterns.TryAdd(PathRegex.Of(segments, lenient), value))
            return true;
        var wider = segments.Select(segment => segment.IsLiteral ? segment : SegmentTemplate.AnyText);
        patterns.TryAdd(PathRegex.Of(wider, lenient), value);
        return false;
    }

    private bool TryAddText(IReadOnlyList<SegmentTemplate> segments, string value)
    {
        // haproxy's own folding of case is that of ASCII; a regex spells out any other.
        if (PathShape.Of(segments) is not { } shape || (lenient && !segments.All(segment => segment.Literals.All(FoldedCase.IsAscii))))
            return false;
        if (!segments.Any(segment => segment.IsWhole))
            return paths.TryAdd(Folded(string.Concat(segments.Select(segment => "/" + segment.Literal))), value);
        if (!templates.TryAdd(Folded(shape.Key(segments)), value))
            return false;
        shapes.Add(shape);
        return true;
    }

    private string Folded(string text) => lenient ? text.ToLowerInvariant() : text;
}
