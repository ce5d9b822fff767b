using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Access.Approval;

/// <summary>Looks once a minute which requests have waited longer than their rules allow. Any replica may be the one that tells.</summary>
internal sealed partial class ApprovalWatch(EscalateApprovals escalate, ILogger<ApprovalWatch> logger)
    : RepeatedWork(TimeSpan.FromMinutes(1))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => escalate.EscalateNextAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 93, Level = LogLevel.Warning, Message = "Nobody could be told of a request that waits too long; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
