namespace Marketplace.Core.Usage.Anomalies;

public enum BaselineKind
{
    /// <summary>Not enough history to say.</summary>
    None,

    /// <summary>The same hour of the days before.</summary>
    HourOfDay,

    /// <summary>The same hour of the weeks before.</summary>
    HourOfWeek,
}

/// <param name="Expected">The median of what was seen at such an hour, on the scale of the measure.</param>
/// <param name="Spread">How far those were from it, as a standard deviation: 1.4826 times their median distance.</param>
internal readonly record struct Baseline(BaselineKind Kind, double Expected, double Spread)
{
    private const int Day = 24;
    private const int Week = 7 * Day;
    private const int MostWeeks = 4;
    private const int FewestWeeks = 3;

    /// <summary>So many hours a judgement may look back on.</summary>
    public const int History = MostWeeks * Week;

    /// <param name="values">On the scale; not a number where too little was seen to say.</param>
    /// <param name="part">Only what came before it is looked at.</param>
    public static Baseline Of(double[] values, int part)
    {
        Span<double> seen = stackalloc double[14];
        var count = 0;
        for (var at = part - Week; at >= 0 && at >= part - History; at -= Week)
        {
            if (!double.IsNaN(values[at]))
                seen[count++] = values[at];
        }
        if (count >= FewestWeeks)
            return Of(BaselineKind.HourOfWeek, seen[..count], 0);
        // A week of days, so that its weekend is among them; what lies between the least and the most of them is expected.
        count = 0;
        for (var at = part - Day; at >= 0 && at >= part - 2 * Week; at -= Day)
        {
            if (!double.IsNaN(values[at]))
                seen[count++] = values[at];
        }
        if (count < 7 || part < Week)
            return default;
        var days = seen[..count];
        days.Sort();
        return Of(BaselineKind.HourOfDay, days, (days[^1] - days[0]) / 2);
    }

    private static Baseline Of(BaselineKind kind, Span<double> seen, double leastSpread)
    {
        var expected = Robust.Median(seen);
        return new(kind, expected, Math.Max(Robust.Deviation(seen, expected), leastSpread));
    }
}
