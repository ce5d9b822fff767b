namespace Marketplace.Core.Catalog.Changes.SideBySide;

/// <param name="Left">Null when the line is only in the later text.</param>
/// <param name="Right">Null when it is only in the earlier one.</param>
/// <param name="Skipped">More than zero: so many equal lines are left out here.</param>
public sealed record LinePair(string? Left, string? Right, int Skipped = 0)
{
    public bool IsSame => Left is not null && Left == Right;
}

/// <summary>Two texts line by line, equal lines beside each other, long runs of them left out.</summary>
internal static class LineDiff
{
    /// <summary>More than that, and the middle stands as replaced: the table would cost more than it tells.</summary>
    private const int MostCells = 4_000_000;

    private const int Context = 3;

    public static List<LinePair> Compare(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var start = 0;
        while (start < left.Count && start < right.Count && left[start] == right[start])
            start++;
        var end = 0;
        while (end < left.Count - start && end < right.Count - start && left[^(end + 1)] == right[^(end + 1)])
            end++;
        var pairs = left.Take(start).Select(l => new LinePair(l, l)).ToList();
        pairs.AddRange(Middle([.. left.Skip(start).SkipLast(end)], [.. right.Skip(start).SkipLast(end)]));
        pairs.AddRange(left.TakeLast(end).Select(l => new LinePair(l, l)));
        return Fold(pairs);
    }

    /// <summary>The longest common subsequence by the textbook's table.</summary>
    private static List<LinePair> Middle(string[] left, string[] right)
    {
        if ((long)left.Length * right.Length > MostCells)
            return Replaced(left, right);
        var common = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var pairs = new List<LinePair>();
        var (gone, come) = (new List<string>(), new List<string>());
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                pairs.AddRange(Replaced(gone, come));
                gone.Clear();
                come.Clear();
                pairs.Add(new(left[i], right[j]));
                (i, j) = (i + 1, j + 1);
            }
            else if (j == right.Length || (i < left.Length && common[i + 1, j] >= common[i, j + 1]))
                gone.Add(left[i++]);
            else
                come.Add(right[j++]);
        }
        pairs.AddRange(Replaced(gone, come));
        return pairs;
    }

    private static List<LinePair> Replaced(IReadOnlyList<string> gone, IReadOnlyList<string> come) =>
        [.. Enumerable.Range(0, Math.Max(gone.Count, come.Count)).Select(i => new LinePair(i < gone.Count ? gone[i] : null, i < come.Count ? come[i] : null))];

    private static List<LinePair> Fold(List<LinePair> pairs)
    {
        var near = new bool[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].IsSame)
                continue;
            for (var k = Math.Max(0, i - Context); k <= Math.Min(pairs.Count - 1, i + Context); k++)
                near[k] = true;
        }
        var folded = new List<LinePair>();
        for (var i = 0; i < pairs.Count;)
        {
            var run = i;
            while (run < pairs.Count && !near[run])
                run++;
            if (run - i > 1)
                folded.Add(new(null, null, run - i));
            else if (run > i)
                folded.Add(pairs[i]);
            if (run < pairs.Count)
                folded.Add(pairs[run]);
            i = run + 1;
        }
        return folded;
    }
}
