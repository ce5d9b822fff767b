using Marketplace.Jose;

namespace Marketplace.Core.Keys;

/// <summary>
/// The keys that sign and those that are published, as of one load. Immutable; swapped whole when they change.
/// </summary>
public sealed class KeyRing
{
    private readonly Jwk _active;

    internal KeyRing(Jwk active, IEnumerable<Jwk> published)
    {
        _active = active;
        Published = new JwkSet(published.Select(key => key.ToPublic()));
    }

    /// <summary>The active key, then those that may follow it, then those retired so lately that something they signed may still be in use.</summary>
    public JwkSet Published { get; }

    public JwsAlgorithm Algorithm => JwsAlgorithms.Parse(_active.Algorithm)!.Value;

    /// <summary>A signer under the active key. It is costly to make and thread-safe to use: keep it as long as the ring.</summary>
    /// <param name="type">The "typ", such as <c>at+jwt</c>.</param>
    public JwsSigner CreateSigner(string type) => new(_active, Algorithm, type);

    /// <summary>Verifies what any of the published keys has signed.</summary>
    public JwsVerifier CreateVerifier() => new(VerificationKey.FromSet(Published, JwsAlgorithm.ES256, JwsAlgorithm.PS256));
}
