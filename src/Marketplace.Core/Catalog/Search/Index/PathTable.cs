namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>The path templates of a segment's operations, cut at slashes; parts that are words are numbered in sorted order.</summary>
internal sealed class PathTable(TermDictionary words, Postings operations, int[] starts, int[] parts)
{
    /// <summary>A part that is a variable, alone or with text around it.</summary>
    public const int Variable = -1;

    public const int MixedVariable = -2;

    public TermDictionary Words { get; } = words;

    /// <summary>For each word the operations whose path has it as a whole part.</summary>
    public Postings Operations { get; } = operations;

    public ReadOnlySpan<int> PartsOf(int operation) => parts.AsSpan(starts[operation]..starts[operation + 1]);

    public static string[] Cut(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class PathTableBuilder
{
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly PostingsBuilder _operations = new();
    private readonly List<int> _starts = [0];
    private readonly List<int> _parts = [];

    public void Add(int operation, string path)
    {
        foreach (var part in PathTable.Cut(path))
        {
            if (!part.Contains('{', StringComparison.Ordinal))
                AddWord(operation, part.ToLowerInvariant());
            else
                _parts.Add(part[0] == '{' && part.IndexOf('}', StringComparison.Ordinal) == part.Length - 1 ? PathTable.Variable : PathTable.MixedVariable);
        }
        _starts.Add(_parts.Count);
    }

    public void Add(int operation, PathTable from, int theirs)
    {
        foreach (var part in from.PartsOf(theirs))
        {
            if (part < 0)
                _parts.Add(part);
            else
                AddWord(operation, from.Words[part]);
        }
        _starts.Add(_parts.Count);
    }

    public PathTable Build()
    {
        var (dictionary, places) = SegmentBuilder.Sort(_words);
        return new(dictionary, _operations.Build(places), [.. _starts], [.. _parts.Select(p => p < 0 ? p : places[p])]);
    }

    private void AddWord(int operation, string word)
    {
        if (!_words.TryGetValue(word, out var number))
            _words.Add(word, number = _words.Count);
        if (!CollectionsHas(number))
            _operations.Add(number, operation, 1);
        _parts.Add(number);
    }

    /// <summary>Whether the path that is being added has this word already.</summary>
    private bool CollectionsHas(int number) => _parts.IndexOf(number, _starts[^1]) >= 0;
}
