using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>
/// A JWS that brings its own public key, as a DPoP proof does (RFC 9449 §4.2). It proves that the sender holds that
/// key and nothing else: who the sender is must be known otherwise, which is why <see cref="JwsVerifier"/> never does this.
/// </summary>
public static class ProofOfPossession
{
    /// <summary>Longest proof that is read, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>The key of the header's "jwk" if it is a public one and has signed this, and the "typ" is the one asked for.</summary>
    public static bool TryVerify(
        ReadOnlySpan<char> token, string type, [NotNullWhen(true)] out CompactJws? proof, [NotNullWhen(true)] out Jwk? key)
    {
        key = null;
        if (!CompactJws.TryParse(token, out proof, out _, MaxLength)
            || proof.Header.Type is not { } given || !CompactJws.SameType(given, type)
            || JwsAlgorithms.Parse(proof.Header.Algorithm) is not { } algorithm
            || ReadKey(proof, algorithm) is not { } own)
            return false;
        var pool = new KeyPool(own, algorithm);
        key = pool.Verify(proof) ? own : null;
        pool.Empty();
        return key is not null;
    }

    private static Jwk? ReadKey(CompactJws proof, JwsAlgorithm algorithm)
    {
        if (!StrictJson.TryParseObject(proof.HeaderJson, out var header))
            return null;
        using (header)
        {
            return header.RootElement.TryGetProperty("jwk", out var json) && json.ValueKind == JsonValueKind.Object
                && JwkJson.TryRead(json, out var key, out _)
                // RFC 9449 §4.3, check 7.
                && !key.HasPrivateKey
                && algorithm.Fits(key.KeyType)
                && (key.Algorithm is null || JwsAlgorithms.Parse(key.Algorithm) == algorithm)
                && key.Use is null or "sig"
                    ? key
                    : null;
        }
    }
}
