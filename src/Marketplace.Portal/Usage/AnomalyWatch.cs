using Marketplace.Core.Data;
using Marketplace.Core.Usage.Anomalies;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Usage;

/// <summary>Judges each hour when it is over. Any replica may be the one that does.</summary>
internal sealed partial class AnomalyWatch(AnomalyRun run, ILogger<AnomalyWatch> logger)
    : RepeatedWork(TimeSpan.FromSeconds(30))
{
    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await run.StepAsync(cancellation);
        return false;
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 80, Level = LogLevel.Warning, Message = "Unusual use could not be looked for; it will be, for the hours missed as well.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
