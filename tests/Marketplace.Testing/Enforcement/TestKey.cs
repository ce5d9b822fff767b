using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Testing.Enforcement;

/// <summary>An ES256 key and a JWS writer of the tests' own, so that our JOSE code is not judged by itself.</summary>
public sealed class TestKey : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestKey()
    {
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        // RFC 7638 §3: required members in lexicographic order, no white space.
        Id = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        PublicJwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y, ["kid"] = Id, ["alg"] = "ES256", ["use"] = "sig" };
    }

    public string Id { get; }

    public JsonObject PublicJwk { get; }

    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    public byte[] Sign(string input) => key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);

    public string Jws(JsonNode header, string payload) => Jws(header, payload, Sign);

    public static string Jws(JsonNode header, string payload, Func<string, byte[]> sign)
    {
        var input = Encode(header.ToJsonString()) + "." + Encode(payload);
        return input + "." + Base64Url.EncodeToString(sign(input));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public void Dispose() => key.Dispose();
}
