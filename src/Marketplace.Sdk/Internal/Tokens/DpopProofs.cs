using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>
/// Makes the DPoP proofs of one application (RFC 9449 §4.2). Its key is made here and never leaves the process, so that
/// a token that was stolen from a log or on the way is worth nothing elsewhere.
/// </summary>
internal sealed class DpopProofs(TimeProvider time)
{
    public const string Scheme = "DPoP";
    private const int MostServers = 1000;
    private readonly JwsSigner signer = JwsSigner.OfProofs(Jwk.Generate(JwsAlgorithm.ES256), JwsAlgorithm.ES256);
    private readonly ConcurrentDictionary<string, string> nonces = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>For one request, and with the server's last nonce if it gave one.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="url">The request's URL as its server knows it.</param>
    /// <param name="token">The token that goes along; null where one is asked for.</param>
    public string For(string method, Uri url, string? token)
    {
        using var claims = new MemoryStream();
        using (var writer = new Utf8JsonWriter(claims))
        {
            writer.WriteStartObject();
            writer.WriteString("htm", method);
            writer.WriteString("htu", DpopProof.Normal(url.AbsoluteUri));
            writer.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            writer.WriteString("jti", Base64Url.Encode(RandomNumberGenerator.GetBytes(16)));
            if (token is not null)
                writer.WriteString("ath", Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))));
            if (nonces.TryGetValue(url.Authority, out var nonce))
                writer.WriteString("nonce", nonce);
            writer.WriteEndObject();
        }

        return signer.Sign(claims.GetBuffer().AsSpan(0, (int)claims.Length));
    }

    /// <summary>Any answer may bring the nonce for the next request (§8.2). True where it brought one.</summary>
    public bool Learn(Uri url, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(DpopProof.NonceHeader, out var values) || values.ToArray() is not [{ Length: > 0 and <= 1024 } nonce])
            return false;
        if (nonces.Count < MostServers || nonces.ContainsKey(url.Authority))
            nonces[url.Authority] = nonce;
        return true;
    }
}
