using System.Diagnostics.CodeAnalysis;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>One published key set. Immutable; a key that was in the set before stays the same object, warm and comparable.</summary>
internal sealed class KeySet
{
    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.PS256];
    private readonly IReadOnlyList<VerificationKey> keys;

    private KeySet(IReadOnlyList<VerificationKey> keys) => (this.keys, Verifier) = (keys, new JwsVerifier(keys));

    public static KeySet Empty { get; } = new([]);

    public JwsVerifier Verifier { get; }

    /// <summary>False where the document is no key set, or holds no key that could sign for the marketplace.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, KeySet before, [NotNullWhen(true)] out KeySet? set)
    {
        set = JwkSet.TryParse(json, out var jwks) && VerificationKey.FromSet(jwks, Algorithms) is { Count: > 0 } keys
            ? new KeySet([.. keys.Select(key => before.keys.FirstOrDefault(known => Same(known, key)) ?? key)])
            : null;
        return set is not null;
    }

    private static bool Same(VerificationKey a, VerificationKey b) =>
        a.KeyId == b.KeyId && a.Algorithm == b.Algorithm && a.Key.Thumbprint() == b.Key.Thumbprint();
}
