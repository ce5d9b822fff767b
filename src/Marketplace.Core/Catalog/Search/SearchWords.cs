using System.Text.RegularExpressions;

namespace Marketplace.Core.Catalog.Search;

/// <summary>Cuts what a person typed into words as <see cref="SearchIndex"/> cuts names: at punctuation and capitals.</summary>
internal static partial class SearchWords
{
    private const int MaximumWords = 12;

    public static string[] Of(string? text) =>
    [
        .. Word().Matches(text is { Length: > 500 } ? text[..500] : text ?? "")
            .Select(m => m.Value.ToLowerInvariant()).Where(w => w.Length <= 60).Distinct(StringComparer.Ordinal).Take(MaximumWords),
    ];

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})\p{Nd}*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+\p{Nd}*|\p{Nd}+\p{L}*|\p{L}+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
