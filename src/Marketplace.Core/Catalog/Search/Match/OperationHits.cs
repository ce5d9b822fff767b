using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Of the operations that words found, those that the reader may see and has asked for: counted, and the best kept.</summary>
internal sealed class OperationHits
{
    private readonly CatalogIndex _index;
    private readonly Unmet[] _lines;
    private readonly HashSet<Guid>? _granted;
    private readonly int _askedMethod;
    private readonly bool[]? _methods;
    private readonly HashSet<int>? _tags;
    private readonly float[] _bestOf;

    public OperationHits(
        CatalogIndex index, Unmet[] lines, SearchQuery query, SearchReader reader, string? method, int most)
    {
        (_index, _lines, Best, Facets) = (index, lines, new(most), new(index, lines));
        _granted = query.Callable ? reader.Granted?.Operations ?? [] : null;
        _askedMethod = method is null ? -1 : index.Names.Methods.Find(method) is >= 0 and var asked ? asked : int.MaxValue;
        if (query.Methods is { Count: > 0 } methods)
        {
            _methods = new bool[byte.MaxValue + 1];
            foreach (var number in methods.Select(index.Names.Methods.Find).Where(n => n is >= 0 and <= byte.MaxValue))
                _methods[number] = true;
        }
        _tags = query.Tags is { Count: > 0 } tags ? [.. tags.Select(index.Names.Tags.Find)] : null;
        _bestOf = new float[index.Lines.Length];
    }

    public BestHits Best { get; }

    public FacetCounts Facets { get; }

    public int Total { get; private set; }

    /// <summary>How good the best hit of a line is; 0 for a line without.</summary>
    public float BestOf(int ordinal) => _bestOf[ordinal];

    public void TakeAll(int number)
    {
        var segment = _index.Segments[number];
        for (var line = 0; line < segment.Lines.Length; line++)
        {
            if (_index.Ordinals[number][line] is not (>= 0 and var ordinal) || _lines[ordinal] is Unmet.Hidden)
                continue;
            for (var operation = segment.FirstOperation[line]; operation < segment.FirstOperation[line + 1]; operation++)
                Take(segment, line, ordinal, operation, 1);
        }
    }

    public void Take(int number, Scores scores, int needed, IReadOnlyList<string> joined)
    {
        var segment = _index.Segments[number];
        if (joined.Count > 1)
            RaiseJoined(segment, scores, joined);
        foreach (var operation in scores.Touched)
        {
            if (scores.Matched(operation) < needed)
                continue;
            var line = segment.LineOf[operation];
            if (_index.Ordinals[number][line] is >= 0 and var ordinal && _lines[ordinal] is not Unmet.Hidden)
                Take(segment, line, ordinal, operation, scores[operation] * segment.Priors[operation] / byte.MaxValue);
        }
    }

    /// <summary>Words that stand together in a name, as they were typed, are probably meant as that name.</summary>
    private static void RaiseJoined(IndexSegment segment, Scores scores, IReadOnlyList<string> words)
    {
        for (var i = 0; i + 1 < words.Count; i++)
            Raise(words[i] + words[i + 1], 1.1f);
        if (words.Count > 2)
            Raise(string.Concat(words), 1.25f);

        void Raise(string name, float factor)
        {
            if (segment.Terms.Find(name) is not (>= 0 and var term))
                return;
            foreach (var operation in segment.Operations.Things(term))
                scores.Raise(operation, factor);
        }
    }

    private void Take(IndexSegment segment, int line, int ordinal, int operation, float score)
    {
        var method = segment.Methods[operation];
        if (_askedMethod >= 0 && method != _askedMethod)
            return;
        var unmet = _lines[ordinal];
        if (_methods?[method] is false)
            unmet |= Unmet.Method;
        if (_tags is not null && !HasTag(segment.TagsOf(operation)))
            unmet |= Unmet.Tag;
        if (unmet.IsSeveral() || _granted?.Contains(segment.Ids[operation]) is false)
            return;
        if (unmet.IsMetBut(Unmet.Method))
            Facets.AddMethod(method);
        if (unmet.IsMetBut(Unmet.Tag))
            Facets.AddTags(segment.TagsOf(operation));
        if ((unmet & (Unmet.Method | Unmet.Tag)) != Unmet.None)
            return;
        Facets.AddTo(ordinal);
        _bestOf[ordinal] = Math.Max(_bestOf[ordinal], score);
        if (unmet != Unmet.None)
            return;
        Total++;
        Best.Offer(_index.FirstPosition[ordinal] + operation - segment.FirstOperation[line], score);
    }

    private bool HasTag(ReadOnlySpan<int> tags)
    {
        foreach (var tag in tags)
        {
            if (_tags!.Contains(tag))
                return true;
        }
        return false;
    }
}
