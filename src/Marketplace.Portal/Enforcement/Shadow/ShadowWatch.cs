using Marketplace.Core.Policy.Shadow;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Enforcement.Shadow;

/// <summary>Looks once a minute whether somebody must be told that a line will be enforced by itself.</summary>
internal sealed partial class ShadowWatch(ShadowReminder reminder, ILogger<ShadowWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await reminder.RemindNextAsync(stoppingToken))
                {
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.Hindered(logger, e);
            }

            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 71, Level = LogLevel.Warning, Message = "Nobody could be told that a line will be enforced; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
