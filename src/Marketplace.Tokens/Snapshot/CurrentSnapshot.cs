using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Tokens.Snapshot;

/// <summary>The snapshot that requests read, and since when it is not confirmed to be the newest.</summary>
internal sealed class CurrentSnapshot(TimeProvider clock) : IHealthCheck
{
    private volatile TokenSnapshot? _snapshot;
    private long _confirmedAt;

    /// <summary>Null before the first load.</summary>
    public TokenSnapshot? Value => _snapshot;

    /// <summary>The database has just said that this is the newest.</summary>
    public void Confirm(TokenSnapshot snapshot)
    {
        _snapshot = snapshot;
        Interlocked.Exchange(ref _confirmedAt, clock.GetTimestamp());
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (_snapshot is not { } snapshot)
            return HealthCheckResult.Unhealthy("The first policy snapshot is not loaded yet.");
        var age = clock.GetElapsedTime(Interlocked.Read(ref _confirmedAt));
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["revision"] = snapshot.Revision,
            ["confirmedSecondsAgo"] = (long)age.TotalSeconds,
        };
        return age < TimeSpan.FromSeconds(5)
            ? HealthCheckResult.Healthy($"Issuing at policy revision {snapshot.Revision}.", data)
            : HealthCheckResult.Degraded(
                $"No change of policy has been heard since {clock.GetUtcNow() - age:u} ({age.TotalSeconds:0} s): the database does not answer. "
                + $"Issuing goes on at policy revision {snapshot.Revision}.", data: data);
    }
}
