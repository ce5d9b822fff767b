using System.Collections.Concurrent;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>What somebody has asked for, signed.</summary>
internal abstract class SlotCache : IDisposable
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

    /// <summary>Reads and signs; without those of which there are none.</summary>
    protected abstract Task<Dictionary<SnapshotKey, SignedSnapshot>> SignAsync(SnapshotKey[] keys, CancellationToken cancellation);

    private async Task BuildAsync(SnapshotKey[] keys, CancellationToken cancellation)
    {
        var look = Interlocked.Increment(ref looks);
        var signed = await SignAsync(keys, cancellation);
        foreach (var key in keys)
            this[key].Offer(look, signed.GetValueOrDefault(key));
    }
}
