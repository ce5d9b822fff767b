using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>A JWK Set (RFC 7517 §5). Immutable.</summary>
public sealed class JwkSet(IEnumerable<Jwk> keys)
{
    /// <summary>Longest JSON of a set that is read, in bytes.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Most keys that are read from one set.</summary>
    public const int MaxKeys = 100;

    /// <summary>The usable keys in their order.</summary>
    public IReadOnlyList<Jwk> Keys { get; } = [.. keys];

    /// <summary>
    /// Reads a set. Entries of an unknown "kty", or with missing or unusable values, are skipped as RFC 7517 §5 asks.
    /// False if the text is no object with a "keys" array of objects, has duplicate members, or exceeds the bounds.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JwkSet? set)
    {
        set = null;
        if (utf8.Length > MaxLength || !StrictJson.TryParseObject(utf8, out var document))
            return false;
        using (document)
        {
            if (!document.RootElement.TryGetProperty("keys", out var entries)
                || entries.ValueKind != JsonValueKind.Array
                || entries.GetArrayLength() > MaxKeys)
                return false;
            var keys = new List<Jwk>();
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object)
                    return false;
                if (JwkJson.TryRead(entry, out var key, out _))
                    keys.Add(key);
            }
            set = new JwkSet(keys);
            return true;
        }
    }

    /// <inheritdoc cref="TryParse(ReadOnlyMemory{byte}, out JwkSet?)"/>
    public static bool TryParse(string json, [NotNullWhen(true)] out JwkSet? set) =>
        TryParse(Encoding.UTF8.GetBytes(json), out set);

    /// <summary>The set as JSON; public parts only.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in Keys)
                JwkJson.Write(writer, key, includePrivate: false);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
