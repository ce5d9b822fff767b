using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Usage;

/// <summary>
/// Writes the counts every two seconds and once more at the end: a kill -9 loses what those seconds counted. An
/// answer of the database that is lost on the way makes its batch count twice, never not at all.
/// </summary>
internal sealed partial class UsageFlusher(UsageCounts counts, UsageStore store, TimeProvider clock, ILogger<UsageFlusher> logger) : BackgroundService, IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "token-counts";

    private const int MaxBatch = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(35);

    private long _awaySince;

    private bool IsAway => Interlocked.Read(ref _awaySince) != 0;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsAway
            ? HealthCheckResult.Degraded(
                $"Counts of issued tokens wait in memory since {DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _awaySince)):u}, {counts.Count} by now"
                + (counts.Count < counts.MaxDetailed ? "; none is lost unless the process is killed." : "; by hour and reason alone from here on."))
            : HealthCheckResult.Healthy("Counts of issued tokens are written every two seconds."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forgotten = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = clock.GetUtcNow();
            if (await FlushAsync() && now - forgotten > TimeSpan.FromHours(1) && await TryAsync(c => store.ForgetBeforeAsync(now - Kept, c)))
                forgotten = now;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Requests that ended while the server stopped.
        await FlushAsync();
    }

    private async Task<bool> FlushAsync()
    {
        var taken = counts.Take();
        for (var written = 0; written < taken.Count; written += MaxBatch)
        {
            var batch = taken.Slice(written, Math.Min(MaxBatch, taken.Count - written));
            if (await TryAsync(cancellation => store.AddAsync(batch, cancellation)))
                continue;
            counts.PutBack(taken.Skip(written));
            return false;
        }
        return true;
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> work)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await work(patience.Token);
            if (Interlocked.Exchange(ref _awaySince, 0) != 0)
                Log.Back(logger);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException or TimeoutException)
        {
            if (Interlocked.CompareExchange(ref _awaySince, clock.GetUtcNow().ToUnixTimeMilliseconds(), 0) == 0)
                Log.Away(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "Counts of issued tokens cannot be written; they wait in memory.")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 41, Level = LogLevel.Information, Message = "Counts of issued tokens are written again.")]
        public static partial void Back(ILogger logger);
    }
}
