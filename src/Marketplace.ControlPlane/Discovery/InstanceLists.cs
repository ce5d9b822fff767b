using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.ControlPlane.Snapshots;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>The lists that somebody has asked for.</summary>
internal sealed class InstanceLists(InstanceBuilder builder, ControlState state) : SlotCache
{
    protected override async Task<Dictionary<SnapshotKey, SignedSnapshot>> SignAsync(SnapshotKey[] keys, CancellationToken cancellation)
    {
        var signer = state.Current!.InstanceSigner;
        return (await builder.BuildAsync(keys, cancellation)).ToDictionary(entry => entry.Key, entry => SignedSnapshot.Sign(
            entry.Value.Revision, JsonSerializer.SerializeToUtf8Bytes(entry.Value, DiscoveryJson.Default.InstanceList), signer));
    }
}
