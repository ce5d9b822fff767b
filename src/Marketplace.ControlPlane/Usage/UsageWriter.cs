using Marketplace.Contracts.Usage;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane.Usage;

/// <summary>Writes the reports that came in, all of them in one transaction a second, and answers their senders.</summary>
internal sealed partial class UsageWriter(UsageIntake intake, UsageStore store, TimeProvider clock, ILogger<UsageWriter> logger)
    : BatchWriter(TimeSpan.FromSeconds(1), clock)
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Those that came while the last ones were written must not wait for nobody.
        await TryAsync(WriteAsync);
    }

    protected override async Task WriteAsync()
    {
        for (var batch = intake.Take(); batch.Count > 0; batch = intake.Take())
            await WriteAsync(batch);
    }

    protected override Task ForgetAsync(DateTimeOffset now) => store.ForgetAsync(now);

    protected override void WentAway(Exception cause) => Log.Away(logger, cause);

    protected override void CameBack() => Log.Back(logger);

    private async Task WriteAsync(List<PendingReport> batch)
    {
        IReadOnlyList<UsageReceipt?> receipts = [];
        try
        {
            receipts = await store.AddAsync(batch, Clock.GetUtcNow());
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            // Whatever one of them holds that the database does not take, the others' senders have nothing to do with it.
            foreach (var report in batch)
                await TryAsync(() => WriteAsync([report]));
        }
        finally
        {
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer(i < receipts.Count ? receipts[i] : null);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Usage cannot be written; data planes keep it until it can.")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Information, "Usage is written again.")]
        public static partial void Back(ILogger logger);
    }
}
