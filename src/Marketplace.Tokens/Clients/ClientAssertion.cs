using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Tokens.Clients;

/// <summary>The claims of a private_key_jwt (RFC 7523 §3).</summary>
internal sealed record ClientAssertion(string Subject, string Id, double Expires)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The client that an assertion says it is from, to find its keys by; nothing is proven yet.</summary>
    public static string? ClaimedClient(string assertion) =>
        CompactJws.TryParse(assertion, out var jws, out _) && StrictJson.TryParseObject(jws.Payload, out var claims)
            ? Use(claims, c => Text(c, "iss"))
            : null;

    /// <summary>The claims if they are meant for one of <paramref name="audiences"/> now, else null.</summary>
    public static ClientAssertion? Read(CompactJws verified, IReadOnlyList<string> audiences, DateTimeOffset now) =>
        StrictJson.TryParseObject(verified.Payload, out var document) ? Use(document, c => Read(c, audiences, now)) : null;

    private static ClientAssertion? Read(JsonElement claims, IReadOnlyList<string> audiences, DateTimeOffset now)
    {
        // RFC 7523 §3: iss and sub are both the client id for client authentication; jti is asked for here, to accept each once.
        if (Text(claims, "iss") is not { } issuer || Text(claims, "sub") is not { } subject || issuer != subject
            || Text(claims, "jti") is not { Length: > 0 and <= 256 } id
            || !IsFor(claims, audiences)
            || !JwtTimes.TryRead(claims, out var times)
            || times.Check(now, JwtTimes.MaxSkew) != JwtTimeFailure.None)
            return null;
        var latest = (now + MaxLifetime + JwtTimes.MaxSkew).ToUnixTimeSeconds();
        return times.Expires <= latest ? new ClientAssertion(subject, id, times.Expires) : null;
    }

    // One that is also meant for somebody else could be replayed here by them.
    private static bool IsFor(JsonElement claims, IReadOnlyList<string> audiences)
    {
        if (!claims.TryGetProperty("aud", out var audience))
            return false;
        return audience.ValueKind switch
        {
            JsonValueKind.String => audiences.Contains(audience.GetString()),
            JsonValueKind.Array => audience.GetArrayLength() > 0 && audience.EnumerateArray().All(
                one => one.ValueKind == JsonValueKind.String && audiences.Contains(one.GetString())),
            _ => false,
        };
    }

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;

    private static T Use<T>(JsonDocument document, Func<JsonElement, T> read)
    {
        using (document)
            return read(document.RootElement);
    }
}
