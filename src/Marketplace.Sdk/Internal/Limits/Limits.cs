using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Limits;

/// <summary>A plan's limits as numbers to count with; one for all clients of the plan.</summary>
internal sealed class Limits
{
    private readonly long burst;

    /// <param name="plan">One that <see cref="PolicyPlan.IsEnforceable"/>.</param>
    /// <param name="frequency">Of the monotonic clock: ticks per second.</param>
    public Limits(PolicyPlan plan, long frequency)
    {
        (Plan, Frequency) = (plan, frequency);
        Interval = plan.Rate is { } rate ? Math.Max(1, (long)((double)frequency * plan.Per!.Value / rate)) : 0;
        burst = plan.Burst ?? 0;
        Policy = string.Join(", ", new[]
        {
            plan.Rate is null ? null : string.Create(CultureInfo.InvariantCulture, $"\"rate\";q={plan.Rate};w={plan.Per}"),
            plan.Quota is null ? null : string.Create(CultureInfo.InvariantCulture, $"\"quota\";q={plan.Quota}{(plan.Window == PlanWindow.Day ? ";w=86400" : "")}"),
        }.OfType<string>());
    }

    public PolicyPlan Plan { get; }

    public long Frequency { get; }

    /// <summary>Ticks from one call to the next at the plan's rate; 0 where there is none.</summary>
    public long Interval { get; }

    /// <summary>The RateLimit-Policy header. A month has no fixed number of seconds, and <c>w</c> may be left out.</summary>
    public string Policy { get; }

    /// <summary>What of the burst is one instance's own.</summary>
    public long BurstOf(int instances) => Math.Max(1, burst / instances);
}
