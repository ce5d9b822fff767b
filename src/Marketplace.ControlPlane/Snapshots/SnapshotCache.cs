using System.Collections.Concurrent;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>The snapshots that somebody has asked for.</summary>
internal sealed class SnapshotCache(SnapshotBuilder builder, ControlState state) : IDisposable
{
    private readonly ConcurrentDictionary<SnapshotKey, SnapshotSlot> slots = new();

    public SnapshotSlot this[SnapshotKey key] =>
        slots.GetOrAdd(key, static (key, cache) => new SnapshotSlot(cancellation => cache.BuildAsync(key, cancellation)), this);

    /// <summary>Builds those anew that a change concerns.</summary>
    public async Task RebuildAsync(Func<SnapshotKey, bool> concerned, CancellationToken cancellation)
    {
        foreach (var (key, slot) in slots)
        {
            if (concerned(key))
                await slot.RebuildAsync(cancellation);
        }
    }

    public void Dispose()
    {
        foreach (var slot in slots.Values)
            slot.Dispose();
    }

    private async Task<SignedSnapshot?> BuildAsync(SnapshotKey key, CancellationToken cancellation)
    {
        var snapshot = await builder.BuildAsync(key, cancellation);
        return snapshot is null ? null : SignedSnapshot.Sign(snapshot, state.Current!.Signer);
    }
}
