using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>Holds rulesets against the catalog when somebody has asked for it. Any replica may be the one that does.</summary>
internal sealed partial class RulesetWatch(RulesetRunner runner, ILogger<RulesetWatch> logger)
    : RepeatedWork(TimeSpan.FromSeconds(2))
{
    private bool caughtUp;

    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        if (!caughtUp)
            await runner.CatchUpAsync(cancellation);
        caughtUp = true;
        return await runner.RunNextAsync(cancellation);
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 70, Level = LogLevel.Warning, Message = "A ruleset could not be held against the catalog.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
