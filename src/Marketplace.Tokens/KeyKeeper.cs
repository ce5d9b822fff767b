using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
    ILogger<KeyKeeper> logger) : BackgroundService, IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "signing-keys";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SigningKeyRotation _rotation = new(database, masterKey, options.Keys, clock);
    private readonly LastWell _seen = new(clock);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_seen.Check(
            "The signing keys move on when they are due.", "The signing keys have not been seen after", "The active one goes on signing, and none takes its place."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await _rotation.StepAsync(stoppingToken))
                    Log.Moved(logger);
                _seen.Note();
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
