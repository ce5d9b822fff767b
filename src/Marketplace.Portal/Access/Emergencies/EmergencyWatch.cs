using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Access.Emergencies;

/// <summary>Looks once a minute whether an emergency is over and waits to be reviewed.</summary>
internal sealed partial class EmergencyWatch(EmergencyClock emergencies, ILogger<EmergencyWatch> logger)
    : RepeatedWork(TimeSpan.FromMinutes(1))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => emergencies.StepAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 77, Level = LogLevel.Warning, Message = "Nobody could be told that an emergency waits to be reviewed; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
