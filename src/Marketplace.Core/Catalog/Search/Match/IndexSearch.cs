using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <param name="Operations">Positions, best first: the page that was asked for.</param>
/// <param name="Lines">The same of lines.</param>
internal sealed record Found(
    IReadOnlyList<int> Operations, int OperationTotal, IReadOnlyList<int> Lines, int LineTotal, IReadOnlyList<FacetValue> Facets, Accuracy Accuracy);

/// <summary>One search over one index: understands words ever more generously until an operation is found.</summary>
internal sealed class IndexSearch(CatalogIndex index, SearchReader reader, SearchQuery query, SearchScratch scratch)
{
    private readonly Unmet[] _lines = LineFilter.Of(index, reader, query);

    public Found Run(Question question, bool lines, int skip, int take)
    {
        if (Array.TrueForAll(_lines, unmet => unmet is Unmet.Hidden))
            return new([], 0, [], 0, [], Accuracy.EveryWord);
        var found = Run(question, Accuracy.EveryWord, lines, skip, take);
        if (found.OperationTotal == 0 && question.Path is not null)
            found = Better(found, Run(question = question.WithoutPath(), Accuracy.EveryWord, lines, skip, take));
        if (found.OperationTotal == 0 && question.Words.Count > 0)
            found = Better(found, Run(question, Accuracy.SimilarWords, lines, skip, take));
        if (found.OperationTotal == 0 && question.Words.Count > 1)
            found = Better(found, Run(question, Accuracy.SomeWords, lines, skip, take));
        return found;
    }

    /// <summary>What found no operation may have found a line by all of its words: that is not given up for one by some.</summary>
    private static Found Better(Found strict, Found generous) =>
        strict.LineTotal == 0 ? generous : generous with { Lines = strict.Lines, LineTotal = strict.LineTotal };

    private Found Run(Question question, Accuracy accuracy, bool lines, int skip, int take)
    {
        var words = question.Words
            .Select((word, i) => WordMatch.Of(index, word, accuracy is not Accuracy.EveryWord, question.CompoundsWith(i)))
            .OrderBy(w => w.Frequency).ToList();
        var needed = words.Count + (question.Path is null ? 0 : 1);
        if (accuracy is not Accuracy.SomeWords && words.Exists(w => w.Frequency == 0))
            return new([], 0, [], 0, [], accuracy);
        var hits = new OperationHits(index, _lines, query, reader, question.Method, lines ? 0 : skip + take);
        var lineHits = new LineHits(index, _lines, scratch);
        var every = accuracy is not Accuracy.SomeWords;
        for (var i = 0; i < index.Segments.Length && !question.IsEmpty; i++)
            Score(i, question, words, every);
        var threshold = every ? needed : Most(words);
        for (var i = 0; i < index.Segments.Length; i++)
        {
            if (question.IsEmpty)
            {
                hits.TakeAll(i);
                continue;
            }
            hits.Take(i, scratch.Operations(i), threshold, joined: question.Path is null ? question.Words : []);
            if (words.Count == needed)
                lineHits.Take(i, words, every);
        }
        var ofOperations = question.Method is not null || query.Methods is { Count: > 0 } || query.Tags is { Count: > 0 };
        var foundLines = ofOperations ? lineHits.ThoseOf(hits) : question.IsEmpty ? lineHits.All() : lineHits.OrThoseOf(hits);
        if (accuracy is Accuracy.EveryWord && words.Exists(w => w.IsGuess))
            accuracy = Accuracy.SimilarWords;
        var page = foundLines.Skip(lines ? skip : 0).Take(lines ? take : 0).ToList();
        return new(lines ? [] : hits.Best.Take(skip), hits.Total, page, lineHits.Total, lines ? lineHits.Facets.All() : hits.Facets.All(), accuracy);
    }

    /// <summary>How many of the words any operation has that the reader may see; at least half of them.</summary>
    private int Most(List<WordMatch> words)
    {
        var most = (words.Count + 1) / 2;
        for (var i = 0; i < index.Segments.Length; i++)
        {
            var scores = scratch.Operations(i);
            foreach (var operation in scores.Touched)
            {
                if (scores.Matched(operation) > most && index.Ordinals[i][index.Segments[i].LineOf[operation]] is >= 0 and var ordinal && _lines[ordinal] is not Unmet.Hidden)
                    most = scores.Matched(operation);
            }
        }
        return most;
    }

    private void Score(int number, Question question, List<WordMatch> words, bool every)
    {
        var (segment, scores) = (index.Segments[number], scratch.Operations(number));
        scores.Begin(segment.Count, every);
        if (question.Path is { } path)
        {
            scores.NextWord();
            new PathMatcher(segment, path).Run(scratch.Seen, (operation, fit) => scores.Add(operation, 30 * fit));
        }
        foreach (var word in words)
        {
            scores.NextWord();
            foreach (var (term, belief) in word.TermsOf(number))
            {
                var factor = word.Rarity * belief / WeightedTerms.Scale;
                var things = segment.Operations.Things(term);
                var weights = segment.Operations.Weights(term);
                for (var i = 0; i < things.Length; i++)
                    scores.Add(things[i], weights[i] * factor);
                var lines = segment.LineNames.Things(term);
                var names = segment.LineNames.Weights(term);
                for (var i = 0; i < lines.Length; i++)
                {
                    for (var operation = segment.FirstOperation[lines[i]]; operation < segment.FirstOperation[lines[i] + 1]; operation++)
                        scores.Add(operation, names[i] * factor);
                }
            }
        }
    }
}

/// <summary>Arrays as large as the catalog, kept from one search to the next.</summary>
internal sealed class SearchScratch
{
    private readonly List<Scores> _operations = [];

    public Scores Lines { get; } = new();

    public Marks Seen { get; } = new();

    public Scores Operations(int segment)
    {
        while (_operations.Count <= segment)
            _operations.Add(new());
        return _operations[segment];
    }
}

/// <summary>Which of many things were met in this round.</summary>
internal sealed class Marks
{
    private int[] _rounds = [];
    private int _round;

    public void Begin(int count)
    {
        if (_rounds.Length < count)
            (_rounds, _round) = (new int[count], 0);
        _round++;
    }

    public bool IsFirst(int thing)
    {
        if (_rounds[thing] == _round)
            return false;
        _rounds[thing] = _round;
        return true;
    }
}
