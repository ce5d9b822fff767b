using System.Numerics;
using System.Runtime.Intrinsics;
using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>All words of a segment, sorted, so that those with a common beginning are a range.</summary>
internal sealed class TermDictionary
{
    private readonly string[] _terms;
    private readonly byte[] _stems;

    // By length, for slips: the terms of each length, and beside them their letters.
    private readonly int[] _lengthStarts = new int[SearchWords.Longest + 2];
    private readonly int[] _byLength;
    private readonly uint[] _letters;

    public TermDictionary(string[] sorted)
    {
        _terms = sorted;
        _stems = Array.ConvertAll(sorted, term => (byte)Stem.Length(term));
        _byLength = [.. Enumerable.Range(0, sorted.Length).Where(term => sorted[term].Length <= SearchWords.Longest).OrderBy(term => sorted[term].Length)];
        foreach (var term in _byLength)
            _lengthStarts[sorted[term].Length + 1]++;
        for (var length = 0; length <= SearchWords.Longest; length++)
            _lengthStarts[length + 1] += _lengthStarts[length];
        // Read eight at a time, beyond the end.
        _letters = [.. _byLength.Select(term => Typo.Letters(sorted[term])), .. new uint[Vector256<uint>.Count]];
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
        for (var length = Math.Max(word.Length - limit, 0); length <= Math.Min(word.Length + limit, SearchWords.Longest); length++)
        {
            // A letter more or less changes one bit, a wrong letter two.
            var mostBits = (2 * limit) - Math.Abs(length - word.Length);
            for (var eight = _lengthStarts[length]; eight < _lengthStarts[length + 1]; eight += Vector256<uint>.Count)
            {
                var differing = Vector256.LoadUnsafe(ref _letters[eight]) ^ Vector256.Create(letters);
                for (var bit = 0; bit < mostBits; bit++)
                    differing &= differing - Vector256<uint>.One;
                for (var near = Vector256.Equals(differing, Vector256<uint>.Zero).ExtractMostSignificantBits(); near != 0; near &= near - 1)
                    AddIfSimilar(eight + BitOperations.TrailingZeroCount(near));
            }

            void AddIfSimilar(int at)
            {
                if (at >= _lengthStarts[length + 1])
                    return;
                var distance = Typo.Distance(word, _terms[_byLength[at]], limit);
                if (distance <= limit)
                    found.Add((_byLength[at], distance));
            }
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
