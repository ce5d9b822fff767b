using Microsoft.Extensions.Hosting;

namespace Marketplace.Core.Data;

/// <summary>
/// Writes at intervals what a plane has gathered in memory, and lives on when the database does not: what could not be
/// written stays with whoever gathered it, and the next time tries again. Says once that it is away, and once that it is back.
/// </summary>
/// <param name="interval">From the end of one time to the next.</param>
public abstract class BatchWriter(TimeSpan interval) : BackgroundService
{
    private volatile bool isAway;

    /// <summary>The last time failed.</summary>
    public bool IsAway => isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryAsync(WriteAsync);
        }
    }

    /// <summary>Writes what is there. A throw leaves it there; it does not stop the plane.</summary>
    protected abstract Task WriteAsync();

    protected abstract void WentAway(Exception cause);

    protected virtual void CameBack()
    {
    }

    protected async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            if (isAway)
                CameBack();
            isAway = false;
            return true;
        }
        catch (Exception e)
        {
            if (!isAway)
                WentAway(e);
            isAway = true;
            return false;
        }
    }
}
