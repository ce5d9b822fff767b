using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Tokens.Clients;

/// <summary>A private_key_jwt (RFC 7523 §3), read once. Nothing in it is proven before its signature is verified.</summary>
internal sealed class ClientAssertion
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    private readonly string? _subject;
    private readonly string? _id;
    private readonly JwtTimes? _times;
    private readonly string? _audience;

    private ClientAssertion(CompactJws jws, JsonElement claims)
    {
        Jws = jws;
        Issuer = Text(claims, "iss");
        _subject = Text(claims, "sub");
        _id = Text(claims, "jti");
        _times = JwtTimes.TryRead(claims, out var times) ? times : null;
        _audience = claims.TryGetProperty("aud", out var audience) ? Only(audience) : null;
    }

    public CompactJws Jws { get; }

    /// <summary>The client that it says it is from, to find its keys by.</summary>
    public string? Issuer { get; }

    /// <summary>"jti", of one that <see cref="IsFor"/> this server.</summary>
    public string Id => _id!;

    /// <summary>"exp" in seconds since 1970, of one that <see cref="IsFor"/> this server.</summary>
    public double Expires => _times!.Value.Expires;

    /// <summary>Null if it is no well-formed JWT.</summary>
    public static ClientAssertion? Parse(string text)
    {
        if (!CompactJws.TryParse(text, out var jws, out _) || !StrictJson.TryParseObject(jws.Payload, out var claims))
            return null;
        using (claims)
            return new ClientAssertion(jws, claims.RootElement);
    }

    /// <summary>
    /// Whether its claims make it one for this issuer alone, to be accepted now. The URL of an endpoint, which RFC 7523 §3
    /// lets stand for the server and its revision does not, is one that another server could have named as its own.
    /// </summary>
    public bool IsFor(string issuer, DateTimeOffset now)
    {
        // RFC 7523 §3: iss and sub are both the client id for client authentication; jti is asked for here, to accept each once.
        return Issuer is not null && _subject == Issuer
            && _id is { Length: > 0 and <= 256 }
            && _audience == issuer
            && _times is { } times
            && times.Check(now, JwtTimes.MaxSkew) == JwtTimeFailure.None
            && times.Expires <= (now + MaxLifetime + JwtTimes.MaxSkew).ToUnixTimeSeconds();
    }

    /// <summary>The one audience (RFC 7519 §4.1.3: text, or a list of it); null for several.</summary>
    private static string? Only(JsonElement audience)
    {
        if (audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() == 1)
            audience = audience[0];
        return audience.ValueKind == JsonValueKind.String ? audience.GetString() : null;
    }

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
