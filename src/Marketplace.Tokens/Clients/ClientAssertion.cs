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
    private readonly string[] _audiences;

    private ClientAssertion(CompactJws jws, JsonElement claims)
    {
        Jws = jws;
        Issuer = Text(claims, "iss");
        _subject = Text(claims, "sub");
        _id = Text(claims, "jti");
        _times = JwtTimes.TryRead(claims, out var times) ? times : null;
        _audiences = claims.TryGetProperty("aud", out var audience) ? Texts(audience) : [];
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

    /// <summary>Whether its claims make it one for any of <paramref name="audiences"/>, to be accepted now.</summary>
    public bool IsFor(IReadOnlyList<string> audiences, DateTimeOffset now)
    {
        // RFC 7523 §3: iss and sub are both the client id for client authentication; jti is asked for here, to accept each once.
        if (Issuer is null || _subject != Issuer
            || _id is not { Length: > 0 and <= 256 }
            || _audiences.Length == 0
            || _times is not { } times
            || times.Check(now, JwtTimes.MaxSkew) != JwtTimeFailure.None)
            return false;
        foreach (var audience in _audiences)
        {
            // One that is also meant for somebody else could be replayed here by them.
            if (!audiences.Contains(audience))
                return false;
        }
        return times.Expires <= (now + MaxLifetime + JwtTimes.MaxSkew).ToUnixTimeSeconds();
    }

    /// <summary>None where a member is no text.</summary>
    private static string[] Texts(JsonElement audience) => audience.ValueKind switch
    {
        JsonValueKind.String => [audience.GetString()!],
        JsonValueKind.Array when audience.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            [.. audience.EnumerateArray().Select(one => one.GetString()!)],
        _ => [],
    };

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
