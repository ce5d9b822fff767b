namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>Makes a segment: of lines as the database has them, or of what still lives in older segments.</summary>
internal sealed class SegmentBuilder(IndexNames names)
{
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly PostingsBuilder _operations = new();
    private readonly PostingsBuilder _lineTexts = new();
    private readonly PostingsBuilder _lineNames = new();
    private readonly PathTableBuilder _paths = new();
    private readonly List<LineHead> _lines = [];
    private readonly List<int> _firstOperation = [];
    private readonly List<int> _lineOf = [];
    private readonly List<Guid> _ids = [];
    private readonly List<byte> _methods = [];
    private readonly List<byte> _priors = [];
    private readonly List<OperationFlags> _flags = [];
    private readonly OperationTexts.Builder _texts = new();
    private readonly List<int> _tagStarts = [0];
    private readonly List<int> _tags = [];

    public void Add(LineSource line)
    {
        var number = _lines.Count;
        _lines.Add(line.Head);
        _firstOperation.Add(_ids.Count);
        var text = new WeightedTerms(_terms);
        LineWords.Texts(line, text);
        text.WriteTo(_lineTexts, number);
        LineWords.Names(line.Head, text);
        text.WriteTo(_lineNames, number);
        foreach (var operation in line.Operations)
        {
            var at = _ids.Count;
            _lineOf.Add(number);
            _ids.Add(operation.Id);
            _methods.Add((byte)Math.Min(names.Methods.NumberOf(operation.Method), byte.MaxValue));
            _priors.Add(OperationWords.Prior(operation));
            _flags.Add((operation.Deprecated ? OperationFlags.Deprecated : OperationFlags.None) | (operation.Enforceable ? OperationFlags.Enforceable : OperationFlags.None));
            _texts.Add(operation);
            _tags.AddRange(operation.Tags.Select(names.Tags.NumberOf));
            _tagStarts.Add(_tags.Count);
            OperationWords.Of(operation, text);
            text.WriteTo(_operations, at);
            _paths.Add(at, operation.Path);
        }
    }

    /// <summary>Takes over the lines that <paramref name="lives"/>.</summary>
    public void Add(IndexSegment segment, Func<int, bool> lives)
    {
        var lines = new int[segment.Lines.Length];
        var operations = new int[segment.Count];
        for (var line = 0; line < lines.Length; line++)
        {
            lines[line] = lives(line) ? _lines.Count : -1;
            if (lines[line] >= 0)
            {
                _lines.Add(segment.Lines[line]);
                _firstOperation.Add(_ids.Count);
            }
            for (var operation = segment.FirstOperation[line]; operation < segment.FirstOperation[line + 1]; operation++)
                operations[operation] = lines[line] < 0 ? -1 : TakeOver(segment, operation, lines[line]);
        }
        for (var term = 0; term < segment.Terms.Count; term++)
        {
            TakeOver(segment.Terms[term], segment.Operations, term, operations, _operations);
            TakeOver(segment.Terms[term], segment.LineTexts, term, lines, _lineTexts);
            TakeOver(segment.Terms[term], segment.LineNames, term, lines, _lineNames);
        }
    }

    public IndexSegment Build()
    {
        var (terms, places) = Sort(_terms);
        var (operations, lineTexts, lineNames) = (_operations.Build(places), _lineTexts.Build(places), _lineNames.Build(places));
        int[] firstOperation = [.. _firstOperation, _ids.Count];
        return new()
        {
            Lines = [.. _lines],
            BasePaths = [.. _lines.Select(l => PathTable.Cut(l.BasePath))],
            FirstOperation = firstOperation,
            LineOf = [.. _lineOf],
            Ids = [.. _ids],
            Methods = [.. _methods],
            Priors = [.. _priors],
            Flags = [.. _flags],
            Texts = _texts.Build(),
            TagStarts = [.. _tagStarts],
            Tags = [.. _tags],
            Terms = terms,
            Operations = operations,
            LineTexts = lineTexts,
            LineNames = lineNames,
            Occurrences = [.. Enumerable.Range(0, terms.Count).Select(Occurrences)],
            Paths = _paths.Build(),
        };

        int Occurrences(int term)
        {
            var count = operations.Count(term) + lineTexts.Count(term);
            foreach (var line in lineNames.Things(term))
                count += firstOperation[line + 1] - firstOperation[line];
            return count;
        }
    }

    /// <summary>The words in order, and for each number that was given out the place in that order.</summary>
    public static (TermDictionary Dictionary, int[] Places) Sort(Dictionary<string, int> numbers)
    {
        var (sorted, given) = (numbers.Keys.ToArray(), numbers.Values.ToArray());
        Array.Sort(sorted, given, StringComparer.Ordinal);
        var places = new int[given.Length];
        for (var i = 0; i < given.Length; i++)
            places[given[i]] = i;
        return (new(sorted), places);
    }

    private int TakeOver(IndexSegment segment, int operation, int line)
    {
        var at = _ids.Count;
        _lineOf.Add(line);
        _ids.Add(segment.Ids[operation]);
        _methods.Add(segment.Methods[operation]);
        _priors.Add(segment.Priors[operation]);
        _flags.Add(segment.Flags[operation]);
        _texts.Add(segment.Texts, operation);
        _tags.AddRange(segment.TagsOf(operation));
        _tagStarts.Add(_tags.Count);
        _paths.Add(at, segment.Paths, operation);
        return at;
    }

    private void TakeOver(string word, Postings from, int term, int[] renumbered, PostingsBuilder to)
    {
        var things = from.Things(term);
        var weights = from.Weights(term);
        var number = -1;
        for (var i = 0; i < things.Length; i++)
        {
            if (renumbered[things[i]] < 0)
                continue;
            if (number < 0 && !_terms.TryGetValue(word, out number))
                _terms.Add(word, number = _terms.Count);
            to.Add(number, renumbered[things[i]], weights[i]);
        }
    }
}
