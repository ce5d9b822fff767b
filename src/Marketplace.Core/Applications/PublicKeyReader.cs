using System.Security.Cryptography;
using Marketplace.Jose;

namespace Marketplace.Core.Applications;

/// <summary>Reads the public key that an application registers: a JWK, or PEM as openssl writes it.</summary>
public static class PublicKeyReader
{
    private const int MinimumRsaBits = 2048;

    public static Outcome<Jwk> Read(string text)
    {
        text = text.Trim();
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return Wrong("This is a private key. Keep it to yourself and paste the public one (openssl pkey -pubout).");
        if (text.StartsWith("-----BEGIN", StringComparison.Ordinal))
            return ReadPem(text);
        if (!JwkJson.TryParse(text, out var key, out var error))
            return Wrong($"{error} Paste an EC P-256 or RSA public key as JWK or PEM.");
        return key.HasPrivateKey ? Wrong("This JWK holds the private part. Keep it to yourself and paste the public one.") : Named(key);
    }

    private static Outcome<Jwk> ReadPem(string pem)
    {
        try
        {
            using var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return FromParameters(ec.ExportParameters(includePrivateParameters: false));
        }
        catch (Exception notEc) when (notEc is CryptographicException or ArgumentException)
        {
            return ReadRsaPem(pem);
        }
    }

    private static Outcome<Jwk> ReadRsaPem(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            if (rsa.KeySize < MinimumRsaBits)
                return Wrong($"An RSA key needs at least {MinimumRsaBits} bits; this one has {rsa.KeySize}.");
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return Parsed($$"""{"kty":"RSA","n":"{{Base64Url.Encode(parameters.Modulus)}}","e":"{{Base64Url.Encode(parameters.Exponent)}}"}""");
        }
        catch (Exception notRsa) when (notRsa is CryptographicException or ArgumentException)
        {
            return Wrong("This PEM holds no EC P-256 or RSA public key.");
        }
    }

    private static Outcome<Jwk> FromParameters(ECParameters ec) =>
        ec.Q.X?.Length == 32 && ec.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? Parsed($$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.Encode(ec.Q.X)}}","y":"{{Base64Url.Encode(ec.Q.Y)}}"}""")
            : Wrong("The curve must be P-256.");

    private static Outcome<Jwk> Parsed(string json) => JwkJson.TryParse(json, out var key, out var error) ? Named(key) : Wrong(error);

    private static Outcome<Jwk> Named(Jwk key)
    {
        var algorithm = key.KeyType == Jwk.EllipticCurve ? JwsAlgorithm.ES256 : JwsAlgorithms.Parse(key.Algorithm) ?? JwsAlgorithm.PS256;
        return algorithm.Fits(key.KeyType) ? key.Named(algorithm) : Wrong("The key's alg does not fit its type.");
    }

    private static Problem Wrong(string message) => new("public_key_invalid", message, "publicKey");
}
