using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens;

/// <summary>
/// Sees every second whether the signing keys must move on. Each replica does; the database lets one of them act. What
/// it did reaches the snapshots as any other policy revision.
/// </summary>
internal sealed partial class KeyKeeper(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, MasterKey masterKey, TokenPlaneOptions options, TimeProvider clock,
    ILogger<KeyKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SigningKeyRotation _rotation = new(database, masterKey, options.Keys, clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await _rotation.StepAsync(stoppingToken))
                    Log.Moved(logger);
                isWell = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Once per outage; the next second tries again.
                if (isWell)
                    Log.Hindered(logger, e);
                isWell = false;
            }
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "The signing keys have moved on.")]
        public static partial void Moved(ILogger logger);

        [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "The signing keys cannot be seen after; the active one goes on signing.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
