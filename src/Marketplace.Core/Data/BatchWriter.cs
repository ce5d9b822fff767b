using Microsoft.Extensions.Hosting;

namespace Marketplace.Core.Data;

/// <summary>
/// Writes at intervals what a plane has gathered in memory, and lives on when the database does not: what could not be
/// written stays with whoever gathered it, and the next time tries again. Says once that it is away, and once that it is
/// back. What is there when the plane stops is written once more.
/// </summary>
/// <param name="interval">From the end of one time to the next.</param>
/// <param name="clock">By which an hour is over.</param>
public abstract class BatchWriter(TimeSpan interval, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private DateTimeOffset forgotten;
    private volatile bool isAway;

    protected TimeProvider Clock { get; } = clock;

    /// <summary>The last time failed.</summary>
    public bool IsAway => isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // What came in the last moment is written still.
            }

            await TryAsync(WriteAndForgetAsync);
        }
    }

    protected virtual Task WaitAsync(CancellationToken stopping) => Task.Delay(interval, stopping);

    /// <summary>Writes what is there. A throw leaves it there; it does not stop the plane.</summary>
    protected abstract Task WriteAsync();

    /// <summary>Once an hour, when everything is written: deletes what nobody needs any more.</summary>
    protected virtual Task ForgetAsync(DateTimeOffset now) => Task.CompletedTask;

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

    private async Task WriteAndForgetAsync()
    {
        await WriteAsync();
        var now = Clock.GetUtcNow();
        if (now - forgotten < ForgetEvery)
            return;
        await ForgetAsync(now);
        forgotten = now;
    }
}
