using System.Security.Cryptography;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>DPoP proofs (RFC 9449 §4.2), good ones and any other.</summary>
internal sealed class Proof : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string X => Jose.Base64Url.Encode(_key.ExportParameters(false).Q.X);

    public string Y => Jose.Base64Url.Encode(_key.ExportParameters(false).Q.Y);

    public string D => Jose.Base64Url.Encode(_key.ExportParameters(true).D);

    public string Thumbprint => Jose.Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""")));

    public string GoodHeader => $$$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"{{{X}}}","y":"{{{Y}}}"}}""";

    public static string GoodClaims(TokenServer server, Bank bank, string? nonce) =>
        $$"""{"jti":"{{Guid.NewGuid()}}","htm":"POST","htu":"{{server.Issuer}}/oauth/token","iat":{{bank.Clock.GetUtcNow().ToUnixTimeSeconds()}}"""
        + (nonce is null ? "}" : $$""","nonce":"{{nonce}}"}""");

    public string Sign(string header, string claims)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Jose.Base64Url.Encode(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    public string Good(TokenServer server, Bank bank, string? nonce) => Sign(GoodHeader, GoodClaims(server, bank, nonce));

    public void Dispose() => _key.Dispose();

    private static string Encode(string json) => Jose.Base64Url.Encode(Encoding.UTF8.GetBytes(json));
}
