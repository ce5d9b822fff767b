namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// Reading, judging or rewriting one document may cost hundreds of megabytes: a crowd queues instead of filling the
/// memory. Those who publish do not stand behind those who only ask.
/// </summary>
public sealed class DocumentWork : IDisposable
{
    public const int AtOnce = 2;

    private readonly SemaphoreSlim _places = new(AtOnce);

    public static DocumentWork Publishing { get; } = new();

    /// <summary>Of documents that are not stored: anybody who sees a line may ask for it.</summary>
    public static DocumentWork Asking { get; } = new();

    /// <summary>Waits for a place; dispose it to leave. Never taken twice by one caller, and never within a transaction.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                places.Release();
        }
    }
}
