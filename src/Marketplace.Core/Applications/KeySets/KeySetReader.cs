using Marketplace.Jose;

namespace Marketplace.Core.Applications.KeySets;

/// <param name="Keys">Those that can verify what the application signs; public parts only.</param>
/// <param name="Flaw">What is wrong with a set that can be read.</param>
internal sealed record KeySetReading(JwkSet Keys, Problem? Flaw);

/// <summary>Reads a JWK Set (RFC 7517 §5) and judges its keys as those that are given by value.</summary>
internal static class KeySetReader
{
    public const int MaximumKeys = 20;
    private const int MaximumKeyIdLength = 256;

    public static Outcome<KeySetReading> Read(ReadOnlyMemory<byte> body)
    {
        if (!JwkSet.TryParse(body, out var set))
            return Wrong("key_set_invalid", $"What the URL delivers is no JWK Set: a JSON object with \"keys\", an array of at most {JwkSet.MaxKeys} keys.");
        var keys = set.Keys.Where(key => !key.HasPrivateKey && IsUsable(key)).ToList();
        if (keys.Count > MaximumKeys)
            return Wrong("key_set_too_many", $"The set holds {keys.Count} signing keys; at most {MaximumKeys} are followed. Take old ones out.");
        var flaw = set.Keys.Any(key => key.HasPrivateKey)
                ? Wrong("key_set_private", "The set publishes a private key, which is not used. Take it out, and never sign with it again.")
            : keys.Count == 0
                ? Wrong("key_set_empty", "The set holds no key that can be used: publish a public key, EC P-256 (ES256) or RSA (PS256, or RS256 if \"alg\" says so).")
            : null;
        return new KeySetReading(new JwkSet(keys), flaw);
    }

    private static bool IsUsable(Jwk key)
    {
        var algorithm = key.Algorithm is null
            ? (key.KeyType == Jwk.Rsa ? JwsAlgorithm.PS256 : JwsAlgorithm.ES256)
            : JwsAlgorithms.Parse(key.Algorithm);
        return algorithm is { } known && known.Fits(key.KeyType) && key.Use is null or "sig" && !(key.KeyId?.Length > MaximumKeyIdLength);
    }

    private static Problem Wrong(string code, string message) => new(code, message, KeySetFetcher.Field);
}
