using Microsoft.Extensions.Hosting;

namespace Marketplace.Core.Data;

/// <summary>
/// Does its step again and again while the process lives, and lives on when the database does not: the next time tries
/// again. Says so once per outage.
/// </summary>
/// <param name="interval">From the end of one step to the next, when there is no more to do at once.</param>
public abstract class RepeatedWork(TimeSpan interval) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = false;
            try
            {
                hasMore = await StepAsync(stoppingToken);
                isWell = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (isWell)
                    Hindered(e);
                isWell = false;
            }

            if (!hasMore)
                await Task.Delay(interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>True when there may be more to do at once.</summary>
    protected abstract Task<bool> StepAsync(CancellationToken cancellation);

    protected abstract void Hindered(Exception cause);
}
