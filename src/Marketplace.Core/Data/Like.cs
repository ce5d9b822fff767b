namespace Marketplace.Core.Data;

/// <summary>What a person typed, without a meaning of its own in LIKE.</summary>
public static class Like
{
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
