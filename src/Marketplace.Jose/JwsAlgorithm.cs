namespace Marketplace.Jose;

/// <summary>The signature algorithms of RFC 7518 §3.1 that are understood. There is no "none" and no HMAC.</summary>
public enum JwsAlgorithm
{
    /// <summary>ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).</summary>
    ES256 = 1,

    /// <summary>RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518 §3.5).</summary>
    PS256 = 2,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). Verified, never signed with.</summary>
    RS256 = 3,
}

/// <summary>The algorithms' names on the wire. They are case-sensitive (RFC 7515 §4.1.1).</summary>
public static class JwsAlgorithms
{
    /// <summary>The "alg" value.</summary>
    public static string Name(this JwsAlgorithm algorithm) => algorithm switch
    {
        JwsAlgorithm.ES256 => "ES256",
        JwsAlgorithm.PS256 => "PS256",
        JwsAlgorithm.RS256 => "RS256",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>The algorithm of an "alg" value, or null if it is not one of ours.</summary>
    public static JwsAlgorithm? Parse(string? name) => name switch
    {
        "ES256" => JwsAlgorithm.ES256,
        "PS256" => JwsAlgorithm.PS256,
        "RS256" => JwsAlgorithm.RS256,
        _ => null,
    };

    /// <summary>Whether a key of this "kty" can serve the algorithm.</summary>
    public static bool Fits(this JwsAlgorithm algorithm, string keyType) =>
        string.Equals(keyType, algorithm == JwsAlgorithm.ES256 ? Jwk.EllipticCurve : Jwk.Rsa, StringComparison.Ordinal);
}
