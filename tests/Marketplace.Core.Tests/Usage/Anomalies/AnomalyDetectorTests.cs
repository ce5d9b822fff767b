using Marketplace.Core.Usage.Anomalies;

namespace Marketplace.Core.Tests.Usage.Anomalies;

public sealed class AnomalyDetectorTests
{
    private const int Week = 7 * 24;
    private static readonly DateTimeOffset Start = new(2026, 10, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_usual_week_raises_nothing()
    {
        var parts = Weeks(5, hour => Busy(hour));
        foreach (var measure in Enum.GetValues<AnomalyMeasure>())
            Assert.Empty(Judge(measure, parts, 4 * Week).Incidents);
    }

    [Fact]
    public void Silence_is_told_after_two_hours_as_one_incident_that_goes_on()
    {
        var parts = Weeks(5, hour => hour < 4 * Week + 34 ? Busy(hour) : default);
        var incident = Assert.Single(Judge(AnomalyMeasure.Traffic, parts, 4 * Week).Incidents);

        Assert.Equal((Start.AddHours(4 * Week + 34), Start.AddHours(4 * Week + 36), false, true), (incident.From, incident.RaisedAt, incident.IsAbove, incident.IsOpen));
        Assert.StartsWith("0 calls an hour, where ", IncidentSentence.Of(incident), StringComparison.Ordinal);
        Assert.EndsWith("is usual at that hour of the week.", IncidentSentence.Of(incident), StringComparison.Ordinal);
    }

    [Fact]
    public void One_odd_hour_is_no_incident_and_six_quiet_ones_end_it()
    {
        Assert.Empty(Judge(AnomalyMeasure.Traffic, Weeks(5, hour => Busy(hour, hour == 4 * Week + 34 ? 5 : 1)), 4 * Week).Incidents);

        var twice = Judge(AnomalyMeasure.Traffic, Weeks(5, hour => Busy(hour, (hour - 4 * Week) is 34 or 35 or 38 or 60 or 61 ? 3 : 1)), 4 * Week).Incidents;
        Assert.Equal([34, 60], twice.Select(i => (i.From - Start).TotalHours - 4 * Week));
        Assert.Equal(39, (twice[0].Until - Start).TotalHours - 4 * Week);
        Assert.All(twice, i => Assert.False(i.IsOpen));
    }

    [Fact]
    public void A_weekend_is_expected_to_be_quiet()
    {
        var parts = Weeks(5, hour => Busy(hour, hour / 24 % 7 > 4 ? 0.05 : 1));
        Assert.Empty(Judge(AnomalyMeasure.Traffic, parts, 4 * Week).Incidents);

        // On a Tuesday the same is none.
        var tuesday = Weeks(5, hour => Busy(hour, hour / 24 is 29 ? 0.05 : hour / 24 % 7 > 4 ? 0.05 : 1));
        Assert.Single(Judge(AnomalyMeasure.Traffic, tuesday, 4 * Week).Incidents);
    }

    [Fact]
    public void Small_numbers_alarm_nobody()
    {
        // 0 to 9 calls an hour, then ten hours without any, then ten with twice as many.
        var parts = Weeks(5, hour => new((hour * 7) % 10 * (hour < 4 * Week + 10 ? 1 : hour < 4 * Week + 20 ? 0 : hour < 4 * Week + 30 ? 2 : 1), 0, 10, 5));
        Assert.Empty(Judge(AnomalyMeasure.Traffic, parts, 4 * Week).Incidents);
    }

    [Fact]
    public void Refusals_and_slowness_are_told_and_their_absence_is_not()
    {
        var refused = Weeks(5, hour => Busy(hour) with { Refused = hour >= 4 * Week + 33 ? Busy(hour).Calls / 20 : 0 });
        Assert.Contains("of the calls refused", IncidentSentence.Of(Assert.Single(Judge(AnomalyMeasure.Refusals, refused, 4 * Week).Incidents)), StringComparison.Ordinal);

        var slow = Weeks(5, hour => Busy(hour) with { Latency = hour >= 4 * Week + 33 ? 100 : 40 });
        Assert.Contains("One call in twenty took 100 ms", IncidentSentence.Of(Assert.Single(Judge(AnomalyMeasure.Latency, slow, 4 * Week).Incidents)), StringComparison.Ordinal);

        var better = Weeks(5, hour => Busy(hour) with { Refused = hour >= 4 * Week + 33 ? 0 : 20, Latency = hour >= 4 * Week + 33 ? 2 : 40 });
        Assert.Empty(Judge(AnomalyMeasure.Refusals, better, 4 * Week).Incidents);
        Assert.Empty(Judge(AnomalyMeasure.Latency, better, 4 * Week).Incidents);
    }

    [Theory]
    [InlineData(6 * 24, BaselineKind.None)]
    [InlineData(10 * 24, BaselineKind.HourOfDay)]
    [InlineData(3 * Week + 24, BaselineKind.HourOfWeek)]
    public void It_says_what_it_knows_and_when_it_cannot_say(int hours, BaselineKind kind)
    {
        var judgement = Judge(AnomalyMeasure.Traffic, [.. Enumerable.Range(0, hours).Select(hour => Busy(hour))], 0);
        Assert.Equal(kind, judgement.Kind);
        Assert.Empty(judgement.Incidents);
        Assert.Equal(kind is BaselineKind.None, judgement.Parts[^1].Side is null);
    }

    [Fact]
    public void A_bad_week_does_not_become_what_is_expected()
    {
        var parts = Weeks(5, hour => hour / Week == 3 ? default : Busy(hour));
        Assert.Empty(Judge(AnomalyMeasure.Traffic, parts, 4 * Week).Incidents);
    }

    private static Judgement Judge(AnomalyMeasure measure, UsagePart[] parts, int from) => AnomalyDetector.Judge(measure, new(Start, parts), from);

    private static UsagePart[] Weeks(int count, Func<int, UsagePart> part) => [.. Enumerable.Range(0, count * Week).Select(part)];

    /// <summary>100 calls at night and 900 at noon, with a wobble of up to 8 %.</summary>
    private static UsagePart Busy(int hour, double times = 1)
    {
        var calls = (long)(times * (100 + 800 * Math.Sin(Math.PI * (hour % 24) / 24)) * (1 + 0.08 * Math.Sin(hour * 12.9898)));
        return new(calls, 0, 40, calls);
    }
}
