namespace Marketplace.Core.Usage.Anomalies;

/// <summary>What one series saw in one hour.</summary>
/// <param name="Calls">All of them, whatever became of them.</param>
/// <param name="Refused">Of these.</param>
/// <param name="Latency">The 95th percentile in milliseconds of those that were answered; null when none was.</param>
/// <param name="Answered">How many the percentile is of.</param>
/// <param name="IsUnknown">Nothing was reported of any line: calls were not counted, or nobody could tell of them.</param>
public readonly record struct UsagePart(long Calls, long Refused, double? Latency, long Answered, bool IsUnknown = false);

/// <summary>Hours without a gap, the last of them complete. One in which nothing was reported counts as one without calls.</summary>
/// <param name="Start">When the first hour began, UTC.</param>
public sealed record UsageSeries(DateTimeOffset Start, IReadOnlyList<UsagePart> Parts)
{
    public static readonly TimeSpan Part = TimeSpan.FromHours(1);

    public DateTimeOffset At(int part) => Start + part * Part;
}

public enum AnomalyMeasure
{
    Traffic,
    Refusals,
    Latency,
}
