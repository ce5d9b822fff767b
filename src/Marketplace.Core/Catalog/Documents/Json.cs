using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>Lenient looks into a document: what has another type counts as missing.</summary>
internal static class Json
{
    /// <summary>A string, or the text of a number: YAML authors write <c>version: 1.0</c>.</summary>
    public static string? Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>At most so many characters; the whole text stays in the document.</summary>
    public static string Text(JsonElement element, string name, int maxLength)
    {
        var text = (Text(element, name) ?? "").Trim();
        if (text.Length <= maxLength)
            return text;
        var end = maxLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    public static bool True(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    public static IEnumerable<string> Strings(JsonElement element, string name) =>
        Items(element, name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!);
}
