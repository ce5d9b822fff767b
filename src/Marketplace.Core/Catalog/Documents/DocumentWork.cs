namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// Judging or rewriting a document that is not stored may cost hundreds of megabytes, and anybody who sees a line may ask
/// for it: a crowd queues instead of filling the memory.
/// </summary>
public static class DocumentWork
{
    public const int AtOnce = 2;

    private static readonly SemaphoreSlim Places = new(AtOnce);

    /// <summary>Waits for a place; dispose it to leave. Never taken twice by one caller.</summary>
    public static async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await Places.WaitAsync(cancellation);
        return new Place();
    }

    private sealed class Place : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                Places.Release();
        }
    }
}
