using Marketplace.Core.Usage.Anomalies;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Usage;

/// <summary>Judges each hour when it is over. Any replica may be the one that does.</summary>
internal sealed partial class AnomalyWatch(AnomalyRun run, ILogger<AnomalyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await run.StepAsync(stoppingToken);
                isWell = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Once per outage; the next try makes up for it.
                if (isWell)
                    Log.Hindered(logger, e);
                isWell = false;
            }
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 80, Level = LogLevel.Warning, Message = "Unusual use could not be looked for; it will be, for the hours missed as well.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
