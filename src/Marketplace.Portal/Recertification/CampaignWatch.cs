using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Recertification;

/// <summary>Looks once a minute whether somebody must be reminded of a campaign, or told that it is overdue.</summary>
internal sealed partial class CampaignWatch(CampaignClock campaigns, ILogger<CampaignWatch> logger)
    : RepeatedWork(TimeSpan.FromMinutes(1))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => campaigns.StepAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 72, Level = LogLevel.Warning, Message = "Nobody could be reminded of a recertification campaign; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
