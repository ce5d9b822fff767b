using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>A snapshot as it is sent. Immutable.</summary>
internal sealed class SignedSnapshot
{
    private SignedSnapshot(long revision, byte[] jws) => (Revision, Jws, ETag) = (revision, jws, $"\"{revision}\"");

    public long Revision { get; }

    public string ETag { get; }

    /// <summary>The compact JWS in ASCII.</summary>
    public ReadOnlyMemory<byte> Jws { get; }

    public static SignedSnapshot Sign(PolicySnapshot snapshot, JwsSigner signer)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot);
        var jws = new byte[signer.TokenLength(payload.Length)];
        return new SignedSnapshot(snapshot.Revision, jws[..signer.Sign(payload, jws)]);
    }
}
