using System.Text.Json;
using Marketplace.Jose;
using Marketplace.Tokens.Clients;
using Marketplace.Tokens.Issue;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Dpop;

/// <summary>Checks the proof of a token request (RFC 9449 §4.3, §5), from which the token takes the key that it is bound to.</summary>
internal sealed class DpopProof(TokenPlaneOptions options, DpopNonce nonces, TimeProvider clock)
{
    public const string Header = "DPoP";
    public const string NonceHeader = "DPoP-Nonce";

    private const string Type = "dpop+jwt";
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    // Apart from assertions: whoever sends many of the one takes no room of the other.
    private readonly ReplayGuard _replays = new(clock, MaxAge + 3 * JwtTimes.MaxSkew);

    private readonly string[] _endpoints = [.. options.TokenEndpoints.Select(url => Normal(url)!)];

    /// <summary>Neither a binding nor a refusal where there is no proof. Call it for authenticated clients only: a good proof is remembered.</summary>
    public (TokenBinding? Binding, TokenRefusal? Refusal) Check(HttpContext context)
    {
        var headers = context.Request.Headers[Header];
        if (headers.Count == 0)
            return (null, null);
        context.Response.Headers[NonceHeader] = nonces.Current;
        if (headers is not [{ } text])
            return (null, TokenRefusal.InvalidDpopProof("Send one DPoP header."));
        if (!ProofOfPossession.TryVerify(text, Type, out var proof, out var key) || !StrictJson.TryParseObject(proof.Payload, out var claims))
            return (null, TokenRefusal.InvalidDpopProof("The proof is no dpop+jwt signed by the public key in its header."));
        using (claims)
        {
            return Refuse(claims.RootElement, context.Request.Method, key) is { } refusal
                ? (null, refusal)
                : (new TokenBinding(TokenBinding.KeyThumbprint, key.Thumbprint()), null);
        }
    }

    private TokenRefusal? Refuse(JsonElement claims, string method, Jwk key)
    {
        if (Text(claims, "htm") != method)
            return TokenRefusal.InvalidDpopProof("htm is not the method of this request.");
        if (Text(claims, "htu") is not { } uri || !_endpoints.Contains(Normal(uri)))
            return TokenRefusal.InvalidDpopProof("htu is not the URL of this endpoint.");
        if (Text(claims, "jti") is not { Length: > 0 and <= 256 } id)
            return TokenRefusal.InvalidDpopProof("jti must be text of 1 to 256 characters.");
        if (!claims.TryGetProperty("iat", out var issued) || issued.ValueKind != JsonValueKind.Number
            || !issued.TryGetDouble(out var seconds) || !IsNow(seconds))
            return TokenRefusal.InvalidDpopProof("iat is missing, older than a minute, or lies ahead.");
        if (Text(claims, "nonce") is not { } nonce || !nonces.Accepts(nonce))
            return TokenRefusal.UseDpopNonce;
        // §11.1. In this replica's memory: what a replay elsewhere could gain is a token for a key that its thief has not.
        return _replays.TryUse(key.Thumbprint(), id) ? null : TokenRefusal.InvalidDpopProof("This proof was used before.");
    }

    private bool IsNow(double issuedAt)
    {
        var age = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d - issuedAt;
        return age >= -JwtTimes.MaxSkew.TotalSeconds && age <= (MaxAge + JwtTimes.MaxSkew).TotalSeconds;
    }

    // §4.3: compared after normalization (RFC 3986 §6.2.2, §6.2.3), without query and fragment.
    private static string? Normal(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : null;

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
