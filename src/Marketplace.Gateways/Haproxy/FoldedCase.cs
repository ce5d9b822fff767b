using System.Text;

namespace Marketplace.Gateways.Haproxy;

/// <summary>The characters that .NET holds equal when it ignores case (<see cref="StringComparison.OrdinalIgnoreCase"/>), spelled out for PCRE.</summary>
internal static class FoldedCase
{
    private static readonly Lazy<Dictionary<string, Rune[]>> Classes = new(() => Enumerable.Range(0, 0x1_F000)
        .Where(Rune.IsValid)
        .Select(value => new Rune(value))
        .GroupBy(rune => rune.ToString(), StringComparer.OrdinalIgnoreCase)
        .Where(same => same.Skip(1).Any())
        .ToDictionary(same => same.Key, same => same.ToArray(), StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether ASCII is enough to ignore the case of a text.</summary>
    public static bool IsAscii(string text) => text.EnumerateRunes().All(rune => Of(rune).All(same => same.IsAscii));

    public static IReadOnlyList<Rune> Of(Rune rune) => Classes.Value.TryGetValue(rune.ToString(), out var same) ? same : [rune];
}
