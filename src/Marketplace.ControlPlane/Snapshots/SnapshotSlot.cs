namespace Marketplace.ControlPlane.Snapshots;

/// <summary>The newest snapshot of one key, and those who wait for a newer one.</summary>
internal sealed class SnapshotSlot(Func<CancellationToken, Task> build) : IDisposable
{
    private readonly SemaphoreSlim oneBuilder = new(1);
    private readonly Lock gate = new();
    private volatile State current = new(0, null);

    /// <summary>Reads the database the first time only. Null when there is no such snapshot.</summary>
    public async ValueTask<SignedSnapshot?> GetAsync(CancellationToken cancellation) => (await StateAsync(cancellation)).Snapshot;

    /// <summary>Takes what a look at the database found, unless a look that began later was here first.</summary>
    public void Offer(long look, SignedSnapshot? snapshot)
    {
        State before;
        lock (gate)
        {
            before = current;
            if (look <= before.Look)
                return;
            current = new State(look, snapshot?.After(before.Snapshot));
        }

        before.Changed.SetResult();
    }

    /// <summary>The newest snapshot, at once if it is another than the one known, else as soon as it is or when the time is up.</summary>
    public async Task<SignedSnapshot?> WaitAsync(Func<SignedSnapshot, bool> isKnown, TimeSpan longest, TimeProvider clock, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow() + longest;
        while (true)
        {
            var now = await StateAsync(cancellation);
            var left = until - clock.GetUtcNow();
            if (now.Snapshot is not { } snapshot || !isKnown(snapshot) || left <= TimeSpan.Zero)
                return now.Snapshot;
            try
            {
                await now.Changed.Task.WaitAsync(left, clock, cancellation);
            }
            catch (TimeoutException)
            {
                return await GetAsync(cancellation);
            }
        }
    }

    public void Dispose() => oneBuilder.Dispose();

    private async ValueTask<State> StateAsync(CancellationToken cancellation)
    {
        if (current.Snapshot is not null)
            return current;
        await oneBuilder.WaitAsync(cancellation);
        try
        {
            if (current.Snapshot is null)
                await build(cancellation);
            return current;
        }
        finally
        {
            oneBuilder.Release();
        }
    }

    /// <param name="Look">Which look at the database found it; each began later than those before it.</param>
    /// <param name="Snapshot">Null when there is none.</param>
    private sealed record State(long Look, SignedSnapshot? Snapshot)
    {
        /// <summary>Completes when this is no longer the newest.</summary>
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
