namespace Marketplace.ControlPlane.Snapshots;

/// <summary>The newest snapshot of one key, and those who wait for a newer one.</summary>
internal sealed class SnapshotSlot(Func<CancellationToken, Task<SignedSnapshot?>> build) : IDisposable
{
    private readonly SemaphoreSlim oneBuilder = new(1);
    private SignedSnapshot? current;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads the database the first time only. Null when there is no such snapshot.</summary>
    public async ValueTask<SignedSnapshot?> GetAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref current) is { } snapshot)
            return snapshot;
        await oneBuilder.WaitAsync(cancellation);
        try
        {
            return Volatile.Read(ref current) ?? await BuildAsync(cancellation);
        }
        finally
        {
            oneBuilder.Release();
        }
    }

    /// <summary>Builds it anew. What is being served stays until the new one is there.</summary>
    public async Task RebuildAsync(CancellationToken cancellation)
    {
        await oneBuilder.WaitAsync(cancellation);
        try
        {
            await BuildAsync(cancellation);
        }
        finally
        {
            oneBuilder.Release();
        }
    }

    /// <summary>The newest snapshot, at once if it is another than the one known, else as soon as it is or when the time is up.</summary>
    public async Task<SignedSnapshot?> WaitAsync(Func<SignedSnapshot, bool> isKnown, TimeSpan longest, TimeProvider clock, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow() + longest;
        while (true)
        {
            // Taken before the look: a change between the two is not missed.
            var next = Volatile.Read(ref changed).Task;
            var snapshot = await GetAsync(cancellation);
            var left = until - clock.GetUtcNow();
            if (snapshot is null || !isKnown(snapshot) || left <= TimeSpan.Zero)
                return snapshot;
            try
            {
                await next.WaitAsync(left, clock, cancellation);
            }
            catch (TimeoutException)
            {
                return await GetAsync(cancellation);
            }
        }
    }

    public void Dispose() => oneBuilder.Dispose();

    private async Task<SignedSnapshot?> BuildAsync(CancellationToken cancellation)
    {
        var built = await build(cancellation);
        Volatile.Write(ref current, built);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return built;
    }
}
