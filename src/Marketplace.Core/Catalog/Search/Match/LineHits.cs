using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>The lines whose own texts have the words; when there are none, those of the operations found.</summary>
internal sealed class LineHits(CatalogIndex index, Unmet[] lines, SearchScratch scratch)
{
    private readonly List<(int Ordinal, float Score)> _hits = [];

    public FacetCounts Facets { get; } = new(index, lines);

    public int Total { get; private set; }

    public void Take(int number, List<WordMatch> words, bool every)
    {
        var (segment, scores) = (index.Segments[number], scratch.Lines);
        scores.Begin(segment.Lines.Length, every);
        foreach (var word in words)
        {
            scores.NextWord();
            foreach (var (term, belief) in word.TermsOf(number))
            {
                var things = segment.LineTexts.Things(term);
                var weights = segment.LineTexts.Weights(term);
                for (var i = 0; i < things.Length; i++)
                    scores.Add(things[i], weights[i] * word.Rarity * belief);
            }
        }
        foreach (var line in scores.Touched)
        {
            if (scores.Matched(line) == words.Count && index.Ordinals[number][line] is >= 0 and var ordinal)
                _hits.Add((ordinal, scores[line] * (segment.Lines[line].Lifecycle is Lifecycle.Published ? 1 : 0.85f)));
        }
    }

    public List<int> All() => Shown(Each(_ => 1));

    /// <summary>Best first.</summary>
    public List<int> OrThoseOf(OperationHits operations) => _hits.Exists(h => lines[h.Ordinal] is not Unmet.Hidden)
        ? Shown(_hits)
        : ThoseOf(operations);

    public List<int> ThoseOf(OperationHits operations) => Shown(Each(operations.BestOf));

    private List<(int Ordinal, float Score)> Each(Func<int, float> score)
    {
        var hits = new List<(int, float)>();
        for (var ordinal = 0; ordinal < lines.Length; ordinal++)
        {
            if (score(ordinal) is > 0 and var found)
                hits.Add((ordinal, found));
        }
        return hits;
    }

    private List<int> Shown(List<(int Ordinal, float Score)> hits)
    {
        var shown = new List<(int Ordinal, float Score)>();
        foreach (var hit in hits)
        {
            var unmet = lines[hit.Ordinal];
            if (unmet is Unmet.Hidden || unmet.IsSeveral())
                continue;
            Facets.AddTo(hit.Ordinal);
            if (unmet is Unmet.None)
                shown.Add(hit);
        }
        Total = shown.Count;
        return [.. shown.OrderByDescending(h => h.Score).ThenBy(h => h.Ordinal).Select(h => h.Ordinal)];
    }
}
