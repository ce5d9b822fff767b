using Marketplace.Core.Data;
using Marketplace.Core.Policy.Shadow;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Enforcement.Shadow;

/// <summary>Looks once a minute whether somebody must be told that a line will be enforced by itself.</summary>
internal sealed partial class ShadowWatch(ShadowReminder reminder, ILogger<ShadowWatch> logger)
    : RepeatedWork(TimeSpan.FromMinutes(1))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => reminder.RemindNextAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 71, Level = LogLevel.Warning, Message = "Nobody could be told that a line will be enforced; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
