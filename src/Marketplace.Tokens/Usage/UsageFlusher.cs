using Marketplace.Core.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tokens.Usage;

/// <summary>
/// Writes the counts every two seconds and once more at the end: a kill -9 loses what those seconds counted. An
/// answer of the database that is lost on the way makes its batch count twice, never not at all.
/// </summary>
internal sealed partial class UsageFlusher(UsageCounts counts, UsageStore store, TimeProvider clock, ILogger<UsageFlusher> logger)
    : BatchWriter(TimeSpan.FromSeconds(2), clock), IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "token-counts";

    private const int MaxBatch = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(35);

    private long _awaySince;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsAway
            ? HealthCheckResult.Degraded(
                $"Counts of issued tokens wait in memory since {DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _awaySince)):u}, {counts.Count} by now"
                + (counts.Count < counts.MaxDetailed ? "; none is lost unless the process is killed." : "; by hour and reason alone from here on."))
            : HealthCheckResult.Healthy("Counts of issued tokens are written every two seconds."));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Requests that ended while the server stopped.
        await TryAsync(WriteAsync);
    }

    protected override async Task WriteAsync()
    {
        var taken = counts.Take();
        var written = 0;
        try
        {
            for (; written < taken.Count; written += MaxBatch)
            {
                using var patience = new CancellationTokenSource(Patience);
                await store.AddAsync(taken.Slice(written, Math.Min(MaxBatch, taken.Count - written)), patience.Token);
            }
        }
        catch
        {
            counts.PutBack(taken.Skip(written));
            throw;
        }
    }

    protected override async Task ForgetAsync(DateTimeOffset now)
    {
        using var patience = new CancellationTokenSource(Patience);
        await store.ForgetBeforeAsync(now - Kept, patience.Token);
    }

    protected override void WentAway(Exception cause)
    {
        Interlocked.Exchange(ref _awaySince, Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Log.Away(logger, cause);
    }

    protected override void CameBack() => Log.Back(logger);

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "Counts of issued tokens cannot be written; they wait in memory.")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 41, Level = LogLevel.Information, Message = "Counts of issued tokens are written again.")]
        public static partial void Back(ILogger logger);
    }
}
