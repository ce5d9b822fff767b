using Marketplace.Core.Catalog.Search.Words;

namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>What a person typed, understood.</summary>
/// <param name="Words">Without stop words.</param>
/// <param name="Method">Asked for by name, in capitals or before a path.</param>
/// <param name="Path">As typed, with values where the template has variables.</param>
internal sealed record Question(IReadOnlyList<string> Words, string? Method, TypedPath? Path)
{
    private const int LongestText = 500;
    private const int MostWords = 12;
    private static readonly HashSet<string> Methods = new(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY"], StringComparer.OrdinalIgnoreCase);

    public static Question Of(string? text)
    {
        var tokens = (text is { Length: > LongestText } ? text[..LongestText] : text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var path = Array.FindIndex(tokens, t => t.Contains('/', StringComparison.Ordinal));
        var method = Array.FindIndex(tokens, t => Methods.Contains(t) && (!t.Any(char.IsLower) || path >= 0));
        var words = tokens.Where((_, i) => i != path && i != method).SelectMany(SearchWords.Of);
        return new(Cleaned(words), method < 0 ? null : tokens[method].ToUpperInvariant(), path < 0 ? null : TypedPath.Of(tokens[path]));
    }

    public bool IsEmpty => Words.Count == 0 && Path is null;

    /// <summary>A slash stands in words too, such as <c>issues/create</c>: what is no path is read as words.</summary>
    public Question WithoutPath() => Path is null ? this : this with { Path = null, Words = Cleaned([.. Words, .. SearchWords.Of(Path.Text)]) };

    /// <summary>A word written together with its neighbours.</summary>
    public IEnumerable<string> CompoundsWith(int word) =>
        Enumerable.Range(word - 1, 2).Where(i => i >= 0 && i + 1 < Words.Count).Select(i => Words[i] + Words[i + 1]);

    private static List<string> Cleaned(IEnumerable<string> words) =>
        [.. words.Where(w => !StopWords.Contains(w)).Distinct(StringComparer.Ordinal).Take(MostWords)];
}
