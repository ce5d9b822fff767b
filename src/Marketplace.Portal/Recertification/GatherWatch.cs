using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Recertification;

/// <summary>Puts together the campaigns that were opened over many grants. Somebody looks at its progress meanwhile.</summary>
internal sealed partial class GatherWatch(GatherCampaign campaigns, ILogger<GatherWatch> logger) : RepeatedWork(TimeSpan.FromSeconds(5))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => campaigns.StepAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 79, Level = LogLevel.Warning, Message = "A recertification campaign could not be put together; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
