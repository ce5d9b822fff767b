namespace Marketplace.Core.Catalog.Search.Words;

/// <summary>How far two words are apart, in letters that are wrong, missing, added or swapped with their neighbour.</summary>
internal static class Typo
{
    /// <summary>One slip from four letters on, two from eight: in shorter words a slip makes another word.</summary>
    public static int Allowed(int length) => length switch { >= 8 => 2, >= 4 => 1, _ => 0 };

    /// <summary>A bit per letter that occurs. One slip changes at most two of them, which rules out nearly all words cheaply.</summary>
    public static uint Letters(ReadOnlySpan<char> word)
    {
        var letters = 0u;
        foreach (var c in word)
            letters |= 1u << (c is >= 'a' and <= 'z' ? c - 'a' : 26 + (c % 6));
        return letters;
    }

    /// <summary>The optimal string alignment distance, or <paramref name="limit"/> + 1 for anything above the limit.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit || b.Length > SearchWords.Longest)
            return limit + 1;
        Span<int> rows = stackalloc int[3 * (SearchWords.Longest + 1)];
        var before = rows[..(SearchWords.Longest + 1)];
        var last = rows.Slice(SearchWords.Longest + 1, SearchWords.Longest + 1);
        var row = rows[(2 * (SearchWords.Longest + 1))..];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var d = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d = Math.Min(d, before[j - 2] + 1);
                row[j] = d;
                least = Math.Min(least, d);
            }
            if (least > limit)
                return limit + 1;
            var spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return Math.Min(last[b.Length], limit + 1);
    }
}
