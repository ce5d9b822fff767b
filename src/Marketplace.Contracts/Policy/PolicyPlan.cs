using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Policy;

/// <summary>What one client may spend at this line under one plan, whichever of its endpoints it calls. What is null is not limited.</summary>
/// <param name="Number">Names these limits in <see cref="PolicyGrant.Plan"/>; other limits have another number, and no number comes back.</param>
/// <param name="Name">The plan, such as <c>standard</c>.</param>
/// <param name="Revision">Which limits of the plan these are, counted from 1.</param>
/// <param name="Rate">So many calls in <paramref name="Per"/> seconds.</param>
/// <param name="Per">1 or 60.</param>
/// <param name="Burst">So many calls at once, when nothing was called for a while; at least 1.</param>
/// <param name="Quota">So many calls in <paramref name="Window"/>.</param>
/// <param name="Window"><see cref="PlanWindow.Day"/> or <see cref="PlanWindow.Month"/>, of the calendar and in UTC.</param>
public sealed record PolicyPlan(
    [property: JsonPropertyName("i")] int Number,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("rev")] int Revision,
    [property: JsonPropertyName("rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Rate = null,
    [property: JsonPropertyName("per"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Per = null,
    [property: JsonPropertyName("burst"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Burst = null,
    [property: JsonPropertyName("quota"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Quota = null,
    [property: JsonPropertyName("window"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Window = null)
{
    /// <summary>More is no limit that a data plane could tell from none.</summary>
    public const long MostCalls = 1_000_000_000;

    /// <summary>The same for calls at once.</summary>
    public const long LargestBurst = 1_000_000;

    /// <summary>The same for a day or a month.</summary>
    public const long LargestQuota = 1_000_000_000_000;

    /// <summary>Whether every number is one that can be enforced; a policy that says otherwise is not used.</summary>
    [JsonIgnore]
    public bool IsEnforceable =>
        (Rate is null ? Per is null && Burst is null : Rate is > 0 and <= MostCalls && Per is 1 or 60 && Burst is > 0 and <= LargestBurst)
        && (Quota is null ? Window is null : Quota is > 0 and <= LargestQuota && Window is PlanWindow.Day or PlanWindow.Month);
}

/// <summary>The time in which a quota is counted.</summary>
public static class PlanWindow
{
    /// <summary>From midnight to midnight, UTC.</summary>
    public const string Day = "day";

    /// <summary>From the first of a month to the first of the next, UTC.</summary>
    public const string Month = "month";

    /// <summary>The first second of the window that a time is in.</summary>
    public static DateTimeOffset Start(string window, DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        return window == Month ? day.AddDays(1 - day.Day) : day;
    }

    /// <summary>The first second of the next one.</summary>
    public static DateTimeOffset End(string window, DateTimeOffset at) =>
        window == Month ? Start(window, at).AddMonths(1) : Start(window, at).AddDays(1);
}

/// <summary>A client has used up its quota, counted over all data planes.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Plan">As of <see cref="PolicyPlan.Number"/>.</param>
/// <param name="Until">First second, since 1970, at which it may call again.</param>
public sealed record SpentQuota(
    [property: JsonPropertyName("client")] string ClientId,
    [property: JsonPropertyName("plan")] int Plan,
    [property: JsonPropertyName("until")] long Until);
