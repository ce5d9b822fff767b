namespace Marketplace.Core.Catalog.Search.Words;

/// <summary>
/// The beginning that an English word shares with its other forms: <c>charge</c>, <c>charges</c>, <c>charged</c> and
/// <c>charging</c> are all <c>charg</c>. It is always a beginning of the word, so that the forms of a word stand
/// together in a sorted dictionary.
/// </summary>
internal static class Stem
{
    private const int Shortest = 3;

    private static readonly string[] Endings = ["ings", "ing", "ied", "ies", "ed", "es", "s", "e", "y"];

    public static int Length(ReadOnlySpan<char> word)
    {
        if (word.Length <= Shortest || char.IsDigit(word[^1]) || word.EndsWith("ss"))
            return word.Length;
        foreach (var ending in Endings)
        {
            if (word.Length - ending.Length >= Shortest && word.EndsWith(ending))
                return Undoubled(word[..^ending.Length]);
        }
        return Undoubled(word);
    }

    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> word) => word[..Length(word)];

    /// <summary><c>cancelled</c> is <c>cancel</c>; then <c>call</c> must be what is left of <c>called</c>, too.</summary>
    private static int Undoubled(ReadOnlySpan<char> word) =>
        word.Length > Shortest && word[^1] == word[^2] && word[^1] is not ('a' or 'e' or 'i' or 'o' or 'u') ? word.Length - 1 : word.Length;
}
