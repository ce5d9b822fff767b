using Marketplace.Core.Applications.KeySets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Applications;

/// <summary>
/// Follows the key sets that applications publish. It stands with governance, which writes credentials: the token plane
/// calls nobody, so that it needs no way out of its network.
/// </summary>
internal sealed partial class KeySetWatch(KeySetFollower follower, ILogger<KeySetWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var fetched = 0;
            try
            {
                fetched = await follower.StepAsync(stoppingToken);
                isWell = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Once per outage; the next second tries again.
                if (isWell)
                    Log.Hindered(logger, e);
                isWell = false;
            }
            if (fetched == 0)
                await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 60, Level = LogLevel.Warning, Message = "The key sets of applications cannot be followed; those last fetched go on.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
