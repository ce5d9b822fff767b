using System.Diagnostics.CodeAnalysis;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>One published key set. Immutable; a key that was in the set before stays the same object, warm and comparable.</summary>
internal sealed class KeySet
{
    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.PS256];
    private readonly IReadOnlyList<VerificationKey> keys;

    private KeySet(IReadOnlyList<VerificationKey> keys, ReadOnlyMemory<byte> json) => (this.keys, Verifier, Json) = (keys, new JwsVerifier(keys), json);

    public static KeySet Empty { get; } = new([], default);

    public JwsVerifier Verifier { get; }

    /// <summary>The document as it was published.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>False where the document is no key set, or holds no key that could sign for the marketplace.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, KeySet before, [NotNullWhen(true)] out KeySet? set)
    {
        if (!before.Json.IsEmpty && before.Json.Span.SequenceEqual(json.Span))
        {
            set = before;
            return true;
        }

        set = JwkSet.TryParse(json, out var jwks) && VerificationKey.FromSet(jwks, Algorithms) is { Count: > 0 } keys
            ? new KeySet([.. keys.Select(key => before.keys.FirstOrDefault(known => Same(known, key)) ?? key)], json)
            : null;
        return set is not null;
    }

    private static bool Same(VerificationKey a, VerificationKey b) =>
        a.KeyId == b.KeyId && a.Algorithm == b.Algorithm && a.Key.Thumbprint() == b.Key.Thumbprint();
}
