using Marketplace.Core.Catalog.Search.Index;

namespace Marketplace.Core.Catalog.Search.Feed;

/// <summary>
/// Holds the current index of this process. Whoever needs a newer one has it made, one maker at a time; the follower
/// asks at each change, so that searches seldom wait.
/// </summary>
public sealed class CatalogIndexKeeper(CatalogIndexLoader loader) : IDisposable
{
    /// <summary>How long a search waits for what was just published. Later it is answered without; the first index is waited for like this, too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _maker = new(1);
    private volatile CatalogIndex? _current;

    internal CatalogIndex? Current => _current;

    /// <summary>Something can be found.</summary>
    public bool IsReady => _current is not null;

    /// <summary>The index as of this revision if it is to be had soon, else the one that there is; null before the first.</summary>
    internal async Task<CatalogIndex?> SoonAsync(long revision, CancellationToken cancellation)
    {
        if (_current is { } current && current.Revision >= revision)
            return current;
        // Goes on when this search has given up: the next one wants it as well.
        var made = Task.Run(() => BringToAsync(revision, CancellationToken.None), CancellationToken.None);
        try
        {
            await made.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            // What is there is shown.
        }
        return _current;
    }

    /// <summary>Afterwards the index knows of this revision.</summary>
    internal async Task BringToAsync(long revision, CancellationToken cancellation)
    {
        await _maker.WaitAsync(cancellation);
        try
        {
            if (_current is not { } current)
                _current = await loader.LoadAsync(cancellation);
            else if (current.Revision != revision)
                _current = await loader.AdvanceAsync(current, cancellation);
            _current = _current!.Compacted();
        }
        finally
        {
            _maker.Release();
        }
    }

    internal async Task CompareAsync(CancellationToken cancellation)
    {
        await _maker.WaitAsync(cancellation);
        try
        {
            if (_current is { } current)
                _current = (await loader.CompareAsync(current, cancellation)).Compacted();
        }
        finally
        {
            _maker.Release();
        }
    }

    public void Dispose() => _maker.Dispose();
}
