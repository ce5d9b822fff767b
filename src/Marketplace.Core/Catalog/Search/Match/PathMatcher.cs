using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>
/// Finds the operations whose template a typed path fits: from its beginning, with or without the line's base path, from
/// somewhere within, or with something unknown before it. A literal that is hit counts more than a variable that takes a value.
/// </summary>
internal sealed class PathMatcher
{
    private const int Unknown = -1;
    private const int AnyValue = -2;
    private const int MostBeginnings = 500;
    private readonly IndexSegment _segment;
    private readonly int[] _typed;
    private readonly (int From, int To) _beginning;
    private readonly string[] _parts;

    public PathMatcher(IndexSegment segment, TypedPath path)
    {
        (_segment, _parts) = (segment, path.Parts);
        _typed = Array.ConvertAll(path.Parts, part => TypedPath.IsVariable(part) ? AnyValue : segment.Paths.Words.Find(part));
        _beginning = path.Ended || _typed[^1] == AnyValue ? (0, 0) : segment.Paths.Words.StartingWith(path.Parts[^1]);
    }

    /// <summary>Calls <paramref name="found"/> for each that fits, with how well: at most 1.</summary>
    public void Run(Marks seen, Action<int, float> found)
    {
        seen.Begin(_segment.Count);
        var words = _typed.Where(word => word >= 0).ToHashSet();
        words.UnionWith(Enumerable.Range(_beginning.From, _beginning.To - _beginning.From).Take(MostBeginnings));
        var basePaths = Array.ConvertAll(_segment.BasePaths, BaseLength);
        foreach (var word in words)
        {
            foreach (var operation in _segment.Paths.Operations.Things(word))
            {
                if (seen.IsFirst(operation) && Fit(_segment.Paths.PartsOf(operation), basePaths[_segment.LineOf[operation]]) is var fit and > 0)
                    found(operation, fit);
            }
        }
    }

    /// <summary>How many typed parts are the line's base path; 0 when it has none, or another.</summary>
    private int BaseLength(string[] parts)
    {
        if (parts.Length >= _parts.Length)
            return 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].Equals(_parts[i], StringComparison.OrdinalIgnoreCase))
                return 0;
        }
        return parts.Length;
    }

    private float Fit(ReadOnlySpan<int> template, int basePath)
    {
        var best = basePath > 0 ? Fit(template, _typed.AsSpan(basePath)) : 0;
        best = Math.Max(best, Fit(template, _typed));
        for (var within = 1; within + _typed.Length <= template.Length; within++)
            best = Math.Max(best, 0.8f * Fit(template[within..], _typed));
        if (_typed.Length > template.Length)
            best = Math.Max(best, 0.75f * Fit(template, _typed.AsSpan(_typed.Length - template.Length)));
        return best;
    }

    private float Fit(ReadOnlySpan<int> template, ReadOnlySpan<int> typed)
    {
        if (typed.Length > template.Length)
            return 0;
        var (fit, literals) = (0f, 0);
        for (var i = 0; i < typed.Length; i++)
        {
            var each = Fit(template[i], typed[i], last: i == typed.Length - 1);
            if (each <= 0)
                return 0;
            fit += each;
            literals += template[i] >= 0 ? 1 : 0;
        }
        var rest = template.Length - typed.Length;
        return literals == 0 ? 0 : fit / typed.Length * (rest == 0 ? 1 : Math.Max(0.75f - (0.02f * rest), 0.5f));
    }

    private float Fit(int template, int typed, bool last) => template switch
    {
        >= 0 when template == typed => 1,
        >= 0 => last && template >= _beginning.From && template < _beginning.To ? 0.7f : 0,
        PathTable.Variable when typed == AnyValue => 1,
        // What is a literal elsewhere is less likely to be a value.
        PathTable.Variable => typed == Unknown ? 0.85f : 0.45f,
        _ => typed == AnyValue ? 0.9f : 0.6f,
    };
}
