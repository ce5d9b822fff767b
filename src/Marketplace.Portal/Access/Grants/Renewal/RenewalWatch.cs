using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Access.Grants.Renewal;

/// <summary>Looks every ten minutes whether a team must be told that access ends.</summary>
internal sealed partial class RenewalWatch(RenewalReminder reminder, ILogger<RenewalWatch> logger)
    : RepeatedWork(TimeSpan.FromMinutes(10))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => reminder.RemindNextAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 73, Level = LogLevel.Warning, Message = "Teams could not be told that their access ends; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
