using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Tokens.Snapshot;

/// <summary>The snapshot that requests read, and since when it is not confirmed to be the newest.</summary>
internal sealed class CurrentSnapshot(TimeProvider clock) : IHealthCheck
{
    private volatile TokenSnapshot? _snapshot;
    private readonly LastWell _confirmed = new(clock);

    /// <summary>Null before the first load.</summary>
    public TokenSnapshot? Value => _snapshot;

    /// <summary>The database has just said that this is the newest.</summary>
    public void Confirm(TokenSnapshot snapshot)
    {
        _snapshot = snapshot;
        _confirmed.Note();
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (_snapshot is not { } snapshot)
            return HealthCheckResult.Unhealthy("The first policy snapshot is not loaded yet.");
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["revision"] = snapshot.Revision,
            ["confirmedSecondsAgo"] = (long)_confirmed.Age.TotalSeconds,
        };
        return _confirmed.Check(
            $"Issuing at policy revision {snapshot.Revision}.",
            "No change of policy has been heard", $"Issuing goes on at policy revision {snapshot.Revision}.", data);
    }
}
