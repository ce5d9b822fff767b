namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>Which words an operation is found by, and how much each field says about it.</summary>
internal static class OperationWords
{
    public static void Of(OperationSource operation, WeightedTerms words)
    {
        words.Add(operation.Method, 1);
        if (operation.OperationId is { } name)
            words.AddName(name, 3);
        Path(operation.Path, words);
        words.Add(operation.Summary.Length > 0 ? operation.Summary : FirstSentence(operation.Description), 2.5f);
        foreach (var tag in operation.Tags)
            words.Add(tag, 1);
        words.Add(operation.Description, 1.5f, longest: 800);
    }

    /// <summary>Many documents have descriptions only; there it says what a summary would.</summary>
    private static ReadOnlySpan<char> FirstSentence(string description)
    {
        const int longest = 200;
        var text = description.AsSpan().TrimStart();
        var end = text.IndexOfAny('.', '\n');
        return text[..Math.Min(end < 0 ? text.Length : end, longest)];
    }

    /// <summary>The last word of a path says what the operation is about, its variables say little.</summary>
    private static void Path(string path, WeightedTerms words)
    {
        var parts = PathTable.Cut(path);
        var last = Array.FindLastIndex(parts, IsWord);
        for (var i = 0; i < parts.Length; i++)
        {
            if (!IsWord(parts[i]))
                words.Add(parts[i], 0.3f);
            else if (i == last)
                words.AddName(parts[i], 2.2f);
            else
                words.AddName(parts[i], 1.2f);
        }
    }

    public static byte Prior(OperationSource operation)
    {
        var parts = PathTable.Cut(operation.Path);
        var variables = parts.Count(p => !IsWord(p));
        var prior = 1 / (1 + (0.03 * parts.Length) + (0.05 * variables));
        // Of two that are alike, reading is meant more often than changing.
        var method = operation.Method switch { "GET" => 1, "POST" => 0.98, "PUT" or "PATCH" => 0.96, "DELETE" => 0.95, _ => 0.85 };
        return (byte)(byte.MaxValue * prior * method * (operation.Deprecated ? 0.8 : 1));
    }

    private static bool IsWord(string part) => !part.Contains('{', StringComparison.Ordinal);
}

/// <summary>Which words a line is found by.</summary>
internal static class LineWords
{
    public static void Texts(LineSource line, WeightedTerms words)
    {
        words.AddName(line.Head.Title, 5);
        words.AddName(line.Head.Api, 3);
        words.Add(line.Head.Version, 0.5f);
        words.Add(line.Head.Summary, 2.5f);
        words.Add(line.Head.TeamTitle, 1.5f);
        words.Add(line.Head.Team, 1);
        words.Add(line.Description, 2, longest: 3000);
        foreach (var tag in line.Operations.SelectMany(o => o.Tags).Distinct(StringComparer.Ordinal).Take(200))
            words.Add(tag, 0.5f);
    }

    public static void Names(LineHead line, WeightedTerms words)
    {
        words.AddName(line.Title, 2.2f);
        words.AddName(line.Api, 1.8f);
        words.Add(line.Version, 0.5f);
        words.Add(line.TeamTitle, 0.8f);
        words.Add(line.Team, 0.5f);
        words.Add(line.BasePath, 0.4f);
    }
}
