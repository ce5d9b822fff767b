using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Not ready before the first policy; degraded, and still enforcing, while the control plane is silent.</summary>
internal sealed class PolicyHealthCheck(PolicyHolder holder, PolicyStore store, ControlContact contact, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (holder.Current is not { } policy)
            return HealthCheckResult.Unhealthy($"No policy yet: every call is refused. {contact.Fault}".TrimEnd());
        var age = holder.Age;
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["revision"] = policy.Revision,
            ["source"] = holder.Source,
            ["ageSeconds"] = (long)age.TotalSeconds,
            ["confirmedAt"] = time.GetUtcNow() - age,
        };
        var shadow = policy.ShadowUntil is { } until && policy.IsInShadow(time.GetUtcNow()) ? $" Shadow mode until {until:u}: what would be refused is let through." : "";
        if (shadow.Length > 0)
            data["shadowUntil"] = policy.ShadowUntil!.Value;
        if (store.Fault is { } fault)
            data["disk"] = fault;
        if (contact.Fault is { } silent)
            data["controlPlane"] = silent;
        if (contact.ClockAhead is { } ahead)
            data["clockAheadSeconds"] = (long)ahead.TotalSeconds;
        if (holder.IsTooOld)
            return HealthCheckResult.Degraded("The control plane is silent for too long: tokens alone decide until they expire.", data: data);
        if (holder.IsFromDisk)
            return HealthCheckResult.Degraded("The control plane was not heard since the start: the policy of this service's own disk is in force.", data: data);
        if (contact.ClockAhead is not null)
            return HealthCheckResult.Degraded("The clock of this machine is not the marketplace's: good tokens may be refused, and tokens that expired be taken.", data: data);
        return age > Silence || contact.Fault is not null
            ? HealthCheckResult.Degraded("The control plane is silent: the last policy stays in force.", data: data)
            : HealthCheckResult.Healthy($"Policy revision {policy.Revision} is in force.{shadow}", data);
    }
}
