using Marketplace.Core.Catalog.Rules.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>Holds rulesets against the catalog when somebody has asked for it. Any replica may be the one that does.</summary>
internal sealed partial class RulesetWatch(RulesetRunner runner, ILogger<RulesetWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var caughtUp = false;
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var worked = false;
            try
            {
                if (!caughtUp)
                    await runner.CatchUpAsync(stoppingToken);
                caughtUp = true;
                worked = await runner.RunNextAsync(stoppingToken);
                isWell = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (isWell)
                    Log.Hindered(logger, e);
                isWell = false;
            }
            if (!worked)
                await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 70, Level = LogLevel.Warning, Message = "A ruleset could not be held against the catalog.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
