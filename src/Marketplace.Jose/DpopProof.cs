using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>
/// A DPoP proof (RFC 9449 §4.2) that the key in its own header has signed. Whether it is one for the request at hand is
/// asked by <see cref="FaultFor"/>; whether it came before, by a <see cref="ReplayGuard"/> of <see cref="Life"/>.
/// </summary>
public sealed class DpopProof
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "DPoP";

    /// <summary>The header in which a server gives the nonce for the next one (§8.1).</summary>
    public const string NonceHeader = "DPoP-Nonce";

    /// <summary>The error of a server that wants its nonce in the proof (§8, §9).</summary>
    public const string NonceWanted = "use_dpop_nonce";

    /// <summary>The algorithms that are verified, as metadata and challenges list them.</summary>
    public const string Algorithms = "ES256 PS256 RS256";

    /// <summary>The oldest proof that passes, clocks that differ left out.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    /// <summary>For how long one must be remembered so that it passes once.</summary>
    public static readonly TimeSpan Life = MaxAge + (3 * JwtTimes.MaxSkew);

    internal const string Type = "dpop+jwt";
    private readonly string? _method;
    private readonly string? _url;
    private readonly double? _issuedAt;

    private DpopProof(Jwk key, JsonElement claims)
    {
        KeyThumbprint = key.Thumbprint();
        Id = Text(claims, "jti") ?? "";
        Nonce = Text(claims, "nonce");
        AccessTokenHash = Text(claims, "ath");
        _method = Text(claims, "htm");
        _url = Text(claims, "htu") is { } url ? Normal(url) : null;
        _issuedAt = claims.TryGetProperty("iat", out var issued) && issued.ValueKind == JsonValueKind.Number && issued.TryGetDouble(out var seconds)
            ? seconds : null;
    }

    /// <summary>The RFC 7638 thumbprint of the key that has signed, as in "cnf.jkt" (§6.1).</summary>
    public string KeyThumbprint { get; }

    /// <summary>"jti".</summary>
    public string Id { get; }

    /// <summary>"nonce", if any (§8).</summary>
    public string? Nonce { get; }

    /// <summary>"ath", if any: base64url of the SHA-256 of the access token that it goes with (§4.3).</summary>
    public string? AccessTokenHash { get; }

    /// <summary>False if it is no dpop+jwt signed by the public key in its header, or two parsers could read it differently.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out DpopProof? proof)
    {
        proof = null;
        if (!ProofOfPossession.TryVerify(text, Type, out var jws, out var key) || !StrictJson.TryParseObject(jws.Payload, out var claims))
            return false;
        using (claims)
            proof = new DpopProof(key, claims.RootElement);
        return true;
    }

    /// <summary>Why it is not a proof for a request now (§4.3), in a sentence; null if it is one.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="urls">What the request's URL may be, each as <see cref="Normal"/> gives it.</param>
    /// <param name="now">The time.</param>
    public string? FaultFor(string method, IReadOnlyCollection<string> urls, DateTimeOffset now)
    {
        if (_method != method)
            return "htm is not the method of this request.";
        if (_url is null || !urls.Contains(_url))
            return "htu is not the URL of this endpoint.";
        if (Id.Length is 0 or > 256)
            return "jti must be text of 1 to 256 characters.";
        return _issuedAt is { } issued && IsNow(issued, now) ? null : "iat is missing, older than a minute, or lies ahead.";
    }

    /// <summary>A URL as two are compared: normalized (RFC 3986 §6.2.2, §6.2.3), without query and fragment; null if it is no http(s) URL.</summary>
    public static string? Normal(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : null;

    private static bool IsNow(double issuedAt, DateTimeOffset now)
    {
        var age = (now.ToUnixTimeMilliseconds() / 1000d) - issuedAt;
        return age >= -JwtTimes.MaxSkew.TotalSeconds && age <= (MaxAge + JwtTimes.MaxSkew).TotalSeconds;
    }

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
