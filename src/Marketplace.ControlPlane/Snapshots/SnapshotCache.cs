using System.Collections.Concurrent;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>The snapshots that somebody has asked for.</summary>
internal sealed class SnapshotCache(SnapshotBuilder builder, ControlState state) : IDisposable
{
    // So many are read in one look: the first waiters have theirs while the last are still being read.
    private const int AtOnce = 100;
    private readonly ConcurrentDictionary<SnapshotKey, SnapshotSlot> slots = new();
    private long looks;

    public SnapshotSlot this[SnapshotKey key] =>
        slots.GetOrAdd(key, static (key, cache) => new SnapshotSlot(cancellation => cache.BuildAsync([key], cancellation)), this);

    /// <summary>Builds those anew that a change concerns. What is being served stays until the new one is there.</summary>
    public async Task RebuildAsync(Func<SnapshotKey, bool> concerned, CancellationToken cancellation)
    {
        foreach (var keys in slots.Keys.Where(concerned).Chunk(AtOnce))
            await BuildAsync(keys, cancellation);
    }

    public void Dispose()
    {
        foreach (var slot in slots.Values)
            slot.Dispose();
    }

    private async Task BuildAsync(SnapshotKey[] keys, CancellationToken cancellation)
    {
        var look = Interlocked.Increment(ref looks);
        var signer = state.Current!.Signer;
        var snapshots = await builder.BuildAsync(keys, cancellation);
        foreach (var key in keys)
            this[key].Offer(look, snapshots.TryGetValue(key, out var snapshot) ? SignedSnapshot.Sign(snapshot, signer) : null);
    }
}
