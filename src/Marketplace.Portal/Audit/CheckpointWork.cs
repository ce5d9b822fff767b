using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Audit;

/// <summary>
/// Signs where the audit trail stands, and says it in the log as well: where logs are kept elsewhere, that alone shows a
/// chain that was written anew.
/// </summary>
internal sealed partial class CheckpointWork(WriteCheckpoint checkpoints, ILogger<CheckpointWork> logger) : RepeatedWork(TimeSpan.FromMinutes(5))
{
    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        if (await checkpoints.ExecuteAsync(cancellation) is { } written)
            Log.Written(logger, written.Sequence, Convert.ToHexStringLower(written.Hash));
        return false;
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 81, Level = LogLevel.Information, Message = "Audit trail checkpoint: event {Sequence}, hash {Hash}.")]
        public static partial void Written(ILogger logger, long sequence, string hash);

        [LoggerMessage(EventId = 82, Level = LogLevel.Warning, Message = "No checkpoint of the audit trail could be written; it is tried again.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
