using Marketplace.ControlPlane.DataPlanes;
using Marketplace.ControlPlane.Pullers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.ControlPlane;

/// <summary>What pulls are answered from, and since when the database has not confirmed it.</summary>
internal sealed class ControlState(TimeProvider clock, NewerElsewhere newer) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile ControlDirectory? current;
    private long revision = -1;
    private long confirmedAt;

    /// <summary>Null before the first load.</summary>
    public ControlDirectory? Current => current;

    /// <summary>Up to here every change is in what is served.</summary>
    public long Revision => Interlocked.Read(ref revision);

    /// <summary>Since the database last said that this is the newest; null while it says so several times a second.</summary>
    public TimeSpan? Silence => clock.GetElapsedTime(Interlocked.Read(ref confirmedAt)) is var age && age < Patience ? null : age;

    public void Replace(ControlDirectory directory) => current = directory;

    public void Confirm(long head)
    {
        Interlocked.Exchange(ref revision, head);
        Interlocked.Exchange(ref confirmedAt, clock.GetTimestamp());
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (Revision < 0)
            return HealthCheckResult.Unhealthy("The policy is not loaded yet.");
        var age = clock.GetElapsedTime(Interlocked.Read(ref confirmedAt));
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["revision"] = Revision, ["confirmedSecondsAgo"] = (long)age.TotalSeconds };
        if (newer.Now() is var (lines, held, client))
        {
            return HealthCheckResult.Degraded(
                $"Of {lines} policies data planes hold newer revisions than this database knows, up to {held} at {client}: it may have been restored from a backup. "
                + $"They refuse ours until an operator runs: select policy_restored({held})", data: data);
        }

        return age < Patience
            ? HealthCheckResult.Healthy($"Snapshots are served at policy revision {Revision}.", data)
            : HealthCheckResult.Degraded(
                $"No change of policy has been heard since {clock.GetUtcNow() - age:u} ({age.TotalSeconds:0} s): the database does not answer. "
                + $"Snapshots asked for before are served at policy revision {Revision}.", data: data);
    }
}
