using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Jose;

/// <summary>
/// Reads one JSON object with everything refused that two parsers could read differently: duplicate member names
/// (RFC 7515 §4, RFC 7519 §4), invalid UTF-8, lone surrogates, comments, trailing commas, text after the object.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>
    /// False if <paramref name="utf8"/> is not such an object (at most 16 levels deep). The caller disposes the
    /// document; strings of the document can be read without exceptions.
    /// </summary>
    public static bool TryParseObject(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(utf8.Span) || !EscapesAreWellFormed(utf8.Span))
            return false;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException)
        {
            return false;
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return true;
        document.Dispose();
        document = null;
        return false;
    }

    /// <summary>
    /// True if the member is absent (<paramref name="value"/> is null) or a string; false if it has another type.
    /// </summary>
    public static bool TryGetOptionalString(JsonElement element, string name, out string? value)
    {
        value = null;
        return !element.TryGetProperty(name, out var member) || TryGetString(member, out value);
    }

    /// <inheritdoc cref="TryGetOptionalString(JsonElement, string, out string?)"/>
    public static bool TryGetOptionalString(JsonElement element, ReadOnlySpan<byte> utf8Name, out string? value)
    {
        value = null;
        return !element.TryGetProperty(utf8Name, out var member) || TryGetString(member, out value);
    }

    private static bool TryGetString(JsonElement member, out string? value)
    {
        value = null;
        if (member.ValueKind != JsonValueKind.String)
            return false;
        value = member.GetString();
        return true;
    }

    // The reader checks an escape's syntax only; "\ud800" alone names no character and would throw when read.
    private static bool EscapesAreWellFormed(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
            return true;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
                    _ = reader.GetString();
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
