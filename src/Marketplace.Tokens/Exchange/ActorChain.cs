using System.Text;
using System.Text.Json;

namespace Marketplace.Tokens.Exchange;

/// <summary>"act" (RFC 8693 §4.1): the acting service outside, those before it nested inside.</summary>
internal static class ActorChain
{
    /// <summary>Most services that one call passes through.</summary>
    public const int MaxDepth = 4;

    /// <summary>The chain of a token's claims with one more actor, in JSON; null if it would be too long.</summary>
    public static string? Extend(JsonElement claims, string actor)
    {
        var before = claims.TryGetProperty("act", out var chain) ? chain : default;
        if (Depth(before) >= MaxDepth)
            return null;
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("sub"u8, actor);
            if (before.ValueKind == JsonValueKind.Object)
            {
                json.WritePropertyName("act"u8);
                before.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static int Depth(JsonElement chain) =>
        chain.ValueKind != JsonValueKind.Object ? 0 : 1 + (chain.TryGetProperty("act", out var inner) ? Depth(inner) : 0);
}
