using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Plans;

/// <summary>Limits as somebody asks for them; what is null is not limited.</summary>
/// <param name="Rate">So many calls per <paramref name="Per"/>.</param>
/// <param name="Per">Seconds: 1 or 60.</param>
/// <param name="Burst">So many at once; the rate where none is said.</param>
/// <param name="Quota">So many calls per <paramref name="Window"/>.</param>
/// <param name="Window">A <see cref="PlanWindow"/>.</param>
/// <param name="MaximumDays">So many days a grant may last.</param>
public sealed record LimitsInput(long? Rate = null, int? Per = null, long? Burst = null, long? Quota = null, string? Window = null, int? MaximumDays = null)
{
    /// <summary>No plan makes access last longer than a year and a day.</summary>
    public const int LongestDays = 366;

    internal IEnumerable<Problem> Check()
    {
        if (Rate is not (null or (>= 1 and <= PolicyPlan.MostCalls)))
            yield return new("rate_invalid", $"The rate is {Words(1)} to {Words(PolicyPlan.MostCalls)} calls; leave it empty for no limit.", "rate");
        if (Rate is not null && Per is not (1 or 60))
            yield return new("per_invalid", "A rate is per second or per minute.", "per");
        if (Burst is not (null or (>= 1 and <= PolicyPlan.LargestBurst)))
            yield return new("burst_invalid", $"A burst is 1 to {Words(PolicyPlan.LargestBurst)} calls.", "burst");
        else if (Burst is not null && Rate is null)
            yield return new("burst_without_rate", "A burst goes with a rate: say that too, or leave both empty.", "burst");
        if (Quota is not (null or (>= 1 and <= PolicyPlan.LargestQuota)))
            yield return new("quota_invalid", $"The quota is 1 to {Words(PolicyPlan.LargestQuota)} calls; leave it empty for no limit.", "quota");
        if (Quota is not null && Window is not (PlanWindow.Day or PlanWindow.Month))
            yield return new("window_invalid", "A quota is per day or per month.", "window");
        if (MaximumDays is not (null or (>= 1 and <= LongestDays)))
            yield return new("maximum_days_invalid", $"A grant lasts 1 to {LongestDays} days.", "maximumDays");
    }

    internal PlanLimits ToLimits(Plan plan, DateTimeOffset now, Guid by) => new()
    {
        PlanId = plan.Id,
        Revision = plan.Revision,
        Rate = Rate,
        Per = Rate is null ? null : Per,
        Burst = Rate is null ? null : Burst ?? Math.Min(Rate.Value, PolicyPlan.LargestBurst),
        Quota = Quota,
        QuotaWindow = Quota is null ? null : Window,
        MaximumDays = MaximumDays,
        MadeAt = now,
        MadeBy = by,
    };

    private static string Words(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
