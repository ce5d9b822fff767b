namespace Marketplace.ControlPlane.Snapshots;

/// <summary>The policies that somebody has asked for.</summary>
internal sealed class SnapshotCache(SnapshotBuilder builder, ControlState state) : SlotCache
{
    protected override async Task<Dictionary<SnapshotKey, SignedSnapshot>> SignAsync(SnapshotKey[] keys, CancellationToken cancellation)
    {
        var signer = state.Current!.Signer;
        return (await builder.BuildAsync(keys, cancellation)).ToDictionary(entry => entry.Key, entry => SignedSnapshot.Sign(entry.Value, signer));
    }
}
