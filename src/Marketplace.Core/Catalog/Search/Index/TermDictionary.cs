using System.Numerics;
using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>All words of a segment, sorted, so that those with a common beginning are a range.</summary>
internal sealed class TermDictionary
{
    private readonly string[] _terms;
    private readonly byte[] _stems;
    private readonly uint[] _letters;
    private readonly byte[] _lengths;

    public TermDictionary(string[] sorted)
    {
        _terms = sorted;
        _stems = Array.ConvertAll(sorted, term => (byte)Stem.Length(term));
        _lengths = Array.ConvertAll(sorted, term => (byte)Math.Min(term.Length, byte.MaxValue));
        _letters = Array.ConvertAll(sorted, term => Typo.Letters(term));
    }

    public string this[int term] => _terms[term];

    public int Count => _terms.Length;

    public ReadOnlySpan<char> StemOf(int term) => _terms[term].AsSpan(0, _stems[term]);

    public (int From, int To) StartingWith(ReadOnlySpan<char> beginning)
    {
        var from = First(beginning, 0, static (term, text) => term.CompareTo(text, StringComparison.Ordinal) >= 0);
        return (from, First(beginning, from, static (term, text) =>
            !term.StartsWith(text) && term.CompareTo(text, StringComparison.Ordinal) > 0));
    }

    /// <summary>-1 when there is none.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        var at = First(text, 0, static (term, wanted) => term.CompareTo(wanted, StringComparison.Ordinal) >= 0);
        return at < _terms.Length && text.SequenceEqual(_terms[at]) ? at : -1;
    }

    /// <summary>Adds the terms that are at most <paramref name="limit"/> slips away.</summary>
    public void Similar(string word, int limit, List<(int Term, int Distance)> found)
    {
        var letters = Typo.Letters(word);
        var (shortest, span) = (word.Length - limit, (uint)(2 * limit));
        for (var term = 0; term < _letters.Length; term++)
        {
            if ((uint)(_lengths[term] - shortest) > span || BitOperations.PopCount(_letters[term] ^ letters) > 2 * limit)
                continue;
            var distance = Typo.Distance(word, _terms[term], limit);
            if (distance <= limit)
                found.Add((term, distance));
        }
    }

    private int First(ReadOnlySpan<char> text, int from, Reached reached)
    {
        var (low, high) = (from, _terms.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (reached(_terms[middle], text))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private delegate bool Reached(ReadOnlySpan<char> term, ReadOnlySpan<char> text);
}
