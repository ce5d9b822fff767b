using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens;

/// <summary>
/// Sees every second whether the signing keys must move on. Each replica does; the database lets one of them act. What
/// it did reaches the snapshots as any other policy revision.
/// </summary>
internal sealed partial class KeyKeeper(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, MasterKey masterKey, TokenPlaneOptions options, TimeProvider clock,
    ILogger<KeyKeeper> logger) : RepeatedWork(TimeSpan.FromSeconds(1)), IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "signing-keys";

    private readonly SigningKeyRotation _rotation = new(database, masterKey, options.Keys, clock);
    private readonly LastWell _seen = new(clock);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_seen.Check(
            "The signing keys move on when they are due.", "The signing keys have not been seen after", "The active one goes on signing, and none takes its place."));

    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        if (await _rotation.StepAsync(cancellation))
            Log.Moved(logger);
        _seen.Note();
        return false;
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "The signing keys have moved on.")]
        public static partial void Moved(ILogger logger);

        [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "The signing keys cannot be seen after; the active one goes on signing.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
