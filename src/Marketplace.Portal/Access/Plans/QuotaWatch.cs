using Marketplace.Core.Access.Plans;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Access.Plans;

/// <summary>Adds up every ten seconds, as often as data planes report, what is used of quotas.</summary>
internal sealed partial class QuotaWatch(CountQuotas quotas, ILogger<QuotaWatch> logger)
    : RepeatedWork(TimeSpan.FromSeconds(10))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => quotas.StepAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 72, Level = LogLevel.Warning, Message = "What is used of quotas cannot be added up; it is tried again. Until then each data plane refuses by its own count alone.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
