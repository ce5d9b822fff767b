using System.Text;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// Which segments of a template are literal (l) and which a parameter (p), and whether it ends with a slash (s). All
/// templates of a shape are found by one lookup: the path with its parameters left out, behind the shape's name, is a
/// key of a map. An API of a thousand templates has some dozen shapes.
/// </summary>
internal sealed record PathShape(string Name)
{
    private const int MostSegments = 16;

    /// <summary>Back references of <c>regsub</c>: one digit.</summary>
    private const int MostRuns = 9;

    /// <summary>Null for a template that needs a regex: a segment that is partly literal, or a path too long to rewrite.</summary>
    public static PathShape? Of(IReadOnlyList<SegmentTemplate> segments)
    {
        if (segments.Count > MostSegments || !segments.All(segment => segment.IsLiteral || segment.IsWhole))
            return null;
        var shape = new PathShape(string.Concat(segments.Select(segment => segment switch { { IsWhole: true } => 'p', { Literal: "" } => 's', _ => 'l' })));
        return shape.Runs > MostRuns ? null : shape;
    }

    /// <summary>Slashes in a path of this shape.</summary>
    public int Depth => Name.Length;

    /// <summary>The template as a key: no path looks like it, because a path begins with a slash.</summary>
    public string Key(IEnumerable<SegmentTemplate> segments) =>
        $"{Name}:{string.Concat(segments.Select(segment => "/" + (segment.IsLiteral ? segment.Literal : "")))}";

    /// <summary>Turns a path of this shape into the key of its template, and leaves any other path a path.</summary>
    public string Converter()
    {
        var (pattern, key) = (new StringBuilder("^"), new StringBuilder(Name).Append(':'));
        var run = 0;
        for (var i = 0; i < Name.Length; i++)
        {
            var (starts, ends) = (Name[i] == 'l' && !IsLiteral(i - 1), Name[i] == 'l' && !IsLiteral(i + 1));
            pattern.Append(starts ? "/(" : "/").Append(Name[i] == 's' ? "" : "[^/]+").Append(ends ? ")" : "");
            key.Append(starts ? $"/\\{++run}" : Name[i] == 'l' ? "" : "/");
        }

        return $"regsub(\"{pattern}$\",\"{key}\")";
    }

    private int Runs => Enumerable.Range(0, Name.Length).Count(i => Name[i] == 'l' && !IsLiteral(i - 1));

    private bool IsLiteral(int i) => i >= 0 && i < Name.Length && Name[i] == 'l';
}
