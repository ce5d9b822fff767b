using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Keys;
using Marketplace.Jose;

namespace Marketplace.Tokens.Snapshot;

/// <summary>
/// Everything that issuing needs, as of one policy revision. Nothing in it changes after it was published; a change
/// makes another one that shares what stayed the same.
/// </summary>
internal sealed record TokenSnapshot
{
    public required long Revision { get; init; }

    public required SigningState Signing { get; init; }

    /// <summary>By client id.</summary>
    public required Dictionary<string, Client> Clients { get; init; }

    /// <summary>By ApiVersion.</summary>
    public required Dictionary<Guid, ApiLine> Lines { get; init; }

    /// <summary>By audience URI, and by the URL of its metadata's resource.</summary>
    public required Dictionary<string, TargetKey> Targets { get; init; }

    public required Dictionary<TargetKey, ApiResource> Resources { get; init; }

    public ApiResource? ResourceOf(string audience) =>
        Targets.TryGetValue(audience, out var target) ? Resources.GetValueOrDefault(target) : null;
}

/// <summary>The active key's signer and the published key set, encoded once.</summary>
internal sealed class SigningState
{
    public SigningState(KeyRing ring)
    {
        Signer = ring.CreateSigner("at+jwt");
        Verifier = ring.CreateVerifier();
        Jwks = Encoding.UTF8.GetBytes(ring.Published.ToJson());
        ETag = $"\"{Base64Url.Encode(SHA256.HashData(Jwks).AsSpan(0, 12))}\"";
    }

    public JwsSigner Signer { get; }

    /// <summary>For our own tokens that come back.</summary>
    public JwsVerifier Verifier { get; }

    public byte[] Jwks { get; }

    public string ETag { get; }
}
