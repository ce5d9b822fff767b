using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Jose;

/// <summary>
/// A signature key as a JSON Web Key (RFC 7517): EC on P-256, or RSA of 2048 to 8192 bits with 65537 ≤ e &lt; 2³².
/// Immutable. It may hold a private part; nothing but <see cref="JwkJson.ToPrivateJson"/> writes that out.
/// </summary>
public sealed class Jwk
{
    /// <summary>"kty" of an elliptic curve key.</summary>
    public const string EllipticCurve = "EC";

    /// <summary>"kty" of an RSA key.</summary>
    public const string Rsa = "RSA";

    internal readonly ECParameters Ec;
    internal readonly RSAParameters RsaKey;

    internal Jwk(ECParameters ec)
    {
        KeyType = EllipticCurve;
        Ec = ec;
        using var check = ECDsa.Create(ec);
    }

    internal Jwk(RSAParameters rsa)
    {
        KeyType = Rsa;
        RsaKey = rsa;
        using var check = RSA.Create(rsa);
    }

    /// <summary>"kty": EC or RSA.</summary>
    public string KeyType { get; }

    /// <summary>"kid", if the key carries one.</summary>
    public string? KeyId { get; init; }

    /// <summary>"alg", if the key carries one; any text.</summary>
    public string? Algorithm { get; init; }

    /// <summary>"use", if the key carries one: sig, enc or another.</summary>
    public string? Use { get; init; }

    /// <summary>Whether the private part is here.</summary>
    public bool HasPrivateKey => Ec.D is not null || RsaKey.D is not null;

    /// <summary>A new private key for ES256 (P-256) or PS256 (RSA 3072), its kid the thumbprint.</summary>
    public static Jwk Generate(JwsAlgorithm algorithm)
    {
        if (algorithm == JwsAlgorithm.ES256)
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new Jwk(ec.ExportParameters(includePrivateParameters: true)).Named(algorithm);
        }
        using var rsa = RSA.Create(3072);
        return new Jwk(rsa.ExportParameters(includePrivateParameters: true)).Named(algorithm);
    }

    /// <summary>The same key with "alg" of this algorithm, "use" sig and the thumbprint as "kid".</summary>
    public Jwk Named(JwsAlgorithm algorithm) => With(HasPrivateKey, Thumbprint(), algorithm.Name(), "sig");

    /// <summary>The same key without its private part.</summary>
    public Jwk ToPublic() => HasPrivateKey ? With(isPrivate: false, KeyId, Algorithm, Use) : this;

    /// <summary>The SHA-256 thumbprint of the public part, base64url (RFC 7638 §3).</summary>
    public string Thumbprint()
    {
        // RFC 7638 §3.2: required members only, in lexicographic order, no white space.
        var canonical = KeyType == EllipticCurve
            ? $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(Ec.Q.X)}}","y":"{{Base64Url.Encode(Ec.Q.Y)}}"}"""
            : $$"""{"e":"{{Base64Url.Encode(RsaKey.Exponent)}}","kty":"RSA","n":"{{Base64Url.Encode(RsaKey.Modulus)}}"}""";
        return Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    /// <summary>Names the key; never shows a private part.</summary>
    public override string ToString() => $"{KeyType} {KeyId ?? Thumbprint()}";

    /// <summary>The public part and nothing else.</summary>
    internal Jwk Bare() => With(isPrivate: false, null, null, null);

    private Jwk With(bool isPrivate, string? keyId, string? algorithm, string? use) => KeyType == EllipticCurve
        ? new Jwk(new ECParameters { Curve = Ec.Curve, Q = Ec.Q, D = isPrivate ? Ec.D : null })
        { KeyId = keyId, Algorithm = algorithm, Use = use }
        : new Jwk(isPrivate ? RsaKey : new RSAParameters { Modulus = RsaKey.Modulus, Exponent = RsaKey.Exponent })
        { KeyId = keyId, Algorithm = algorithm, Use = use };
}
