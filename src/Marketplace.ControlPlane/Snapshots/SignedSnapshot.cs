using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>A snapshot as it is sent. Immutable.</summary>
internal sealed class SignedSnapshot
{
    private SignedSnapshot(long revision, string keyId, byte[] jws) => (Revision, Jws, ETag) = (revision, jws, $"\"{revision}.{keyId[..8]}\"");

    public long Revision { get; }

    /// <summary>Signed with another key it is another one: what a data plane keeps on disk must be verifiable with the keys of today.</summary>
    public string ETag { get; }

    /// <summary>The compact JWS in ASCII.</summary>
    public ReadOnlyMemory<byte> Jws { get; }

    public static SignedSnapshot Sign(PolicySnapshot snapshot, JwsSigner signer)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot);
        var jws = new byte[signer.TokenLength(payload.Length)];
        return new SignedSnapshot(snapshot.Revision, signer.KeyId, jws[..signer.Sign(payload, jws)]);
    }
}
