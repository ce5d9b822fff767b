using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>The terms of each segment that a typed word may mean, and how far each is believed.</summary>
internal sealed class WordMatch
{
    private const int MostTerms = 300;

    /// <summary>Found this seldom, the word itself may be somebody's typo.</summary>
    private const int Little = 25;

    private readonly List<(int Term, float Belief)>[] _terms;

    private WordMatch(string word, List<(int Term, float Belief)>[] terms) => (Word, _terms) = (word, terms);

    public string Word { get; }

    /// <summary>The fewer operations it is in, the more a word tells (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).</summary>
    public float Rarity { get; private set; }

    /// <summary>How many operations and lines it is in, at most.</summary>
    public long Frequency { get; private set; }

    /// <summary>Nothing has the word itself: another spelling is meant.</summary>
    public bool IsGuess { get; private set; }

    public List<(int Term, float Belief)> TermsOf(int segment) => _terms[segment];

    /// <param name="compounds">The word with the one typed before or after it: <c>open banking</c> means <c>openbanking</c>, too.</param>
    public static WordMatch Of(CatalogIndex index, string word, bool forgiving, params IEnumerable<string> compounds)
    {
        var match = new WordMatch(word, Array.ConvertAll(index.Segments, segment => Meant(segment.Terms, word)));
        foreach (var compound in compounds)
        {
            for (var i = 0; i < index.Segments.Length; i++)
                match.AddForms(index.Segments[i].Terms, i, compound, 0.8f);
        }
        match.Count(index);
        match.IsGuess = match.Frequency == 0;
        if ((forgiving || match.Frequency <= Little) && Typo.Allowed(word.Length) is var slips and > 0)
        {
            for (var i = 0; i < index.Segments.Length; i++)
                match.AddSimilar(index.Segments[i], i, slips);
            match.Count(index);
        }
        return match;
    }

    private static List<(int Term, float Belief)> Meant(TermDictionary terms, string word)
    {
        var found = new List<(int Term, float Belief)>();
        var stem = Stem.Of(word);
        var (from, to) = terms.StartingWith(stem);
        for (var term = from; term < to; term++)
        {
            var text = terms[term];
            if (text.Length == word.Length && text == word)
                found.Add((term, 1));
            else if (terms.StemOf(term).SequenceEqual(stem))
                found.Add((term, 0.9f));
            else if (text.StartsWith(word, StringComparison.Ordinal))
                found.Add((term, 0.3f + (0.45f * word.Length / text.Length)));
        }
        return found;
    }

    private void AddSimilar(IndexSegment segment, int number, int slips)
    {
        var similar = new List<(int Term, int Distance)>();
        segment.Terms.Similar(Word, slips, similar);
        foreach (var (term, distance) in similar.OrderBy(s => s.Distance).ThenByDescending(s => segment.Occurrences[s.Term]).Take(20))
            AddForms(segment.Terms, number, segment.Terms[term], distance == 1 ? 0.55f : 0.35f);
    }

    /// <summary>The word itself and its other forms, such as plurals.</summary>
    private void AddForms(TermDictionary terms, int number, string word, float belief)
    {
        var stem = Stem.Of(word);
        var (from, to) = terms.StartingWith(stem);
        for (var term = from; term < to; term++)
        {
            if (terms.StemOf(term).SequenceEqual(stem) && !_terms[number].Exists(t => t.Term == term))
                _terms[number].Add((term, belief));
        }
    }

    private void Count(CatalogIndex index)
    {
        Frequency = 0;
        for (var i = 0; i < index.Segments.Length; i++)
        {
            var segment = index.Segments[i];
            if (_terms[i].Count > MostTerms)
                _terms[i] = [.. _terms[i].OrderByDescending(t => t.Belief * Math.Log2(1 + segment.Occurrences[t.Term])).Take(MostTerms)];
            Frequency += _terms[i].Sum(t => (long)segment.Occurrences[t.Term]);
        }
        var all = index.OperationCount + 1d;
        var frequency = Math.Min(Frequency, all);
        Rarity = (float)Math.Log(1 + ((all - frequency + 0.5) / (frequency + 0.5)));
    }
}
