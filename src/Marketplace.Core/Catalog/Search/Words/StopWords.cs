namespace Marketplace.Core.Catalog.Search.Words;

/// <summary>What people write between the words that they mean; neither indexed nor asked for.</summary>
internal static class StopWords
{
    private static readonly HashSet<string> All = new(
        ["a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "how", "i", "in", "is", "it", "its", "of", "on", "or", "that", "the", "this", "to", "was", "when", "which", "will", "with", "you", "your"],
        StringComparer.Ordinal);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Spans = All.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => word.Length <= 5 && Spans.Contains(word);
}
