using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Applications;

/// <summary>
/// Follows the key sets that applications publish. It stands with governance, which writes credentials: the token plane
/// calls nobody, so that it needs no way out of its network.
/// </summary>
internal sealed partial class KeySetWatch(KeySetFollower follower, ILogger<KeySetWatch> logger)
    : RepeatedWork(TimeSpan.FromSeconds(1))
{
    protected override async Task<bool> StepAsync(CancellationToken cancellation) => await follower.StepAsync(cancellation) > 0;

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 60, Level = LogLevel.Warning, Message = "The key sets of applications cannot be followed; those last fetched go on.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
