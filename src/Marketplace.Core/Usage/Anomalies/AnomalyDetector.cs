namespace Marketplace.Core.Usage.Anomalies;

/// <summary>
/// Holds each hour against the same hour of the weeks before. An alarm is two hours in a row far outside what was seen
/// then; it is one alarm until six hours in a row were within. What it costs in false alarms is measured by bench/anomalies.sh.
/// </summary>
public static class AnomalyDetector
{
    private const double Deviations = 3;
    private const int InARow = 2;
    private const int QuietHours = 6;

    /// <summary>The noise of the series itself is measured anew every so often.</summary>
    private const int Day = 24;

    /// <summary>Hours before the first judged one that make a full baseline.</summary>
    public const int History = Baseline.History;

    /// <param name="measure">What of it is judged.</param>
    /// <param name="series">With up to <see cref="History"/> hours before the first that is judged.</param>
    /// <param name="from">The first hour that is judged; each only by what came before it.</param>
    public static Judgement Judge(AnomalyMeasure measure, UsageSeries series, int from)
    {
        var how = Measure.Of(measure);
        var parts = series.Parts;
        var values = new double[parts.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = how.Value(parts[i]) is { } value ? how.Scale(value) : double.NaN;
        var residuals = new double[parts.Count];
        var judged = new List<JudgedPart>(Math.Max(0, parts.Count - from));
        var noise = 0.0;
        for (var i = 0; i < parts.Count; i++)
        {
            var baseline = Baseline.Of(values, i);
            residuals[i] = baseline.Kind is BaselineKind.HourOfWeek ? values[i] - baseline.Expected : double.NaN;
            if (i < from)
                continue;
            if ((i - from) % Day == 0)
                noise = Noise(residuals, i);
            judged.Add(Judge(how, series.At(i), parts[i], values[i], baseline, noise));
        }
        return new(measure, judged, Incidents(measure, judged));
    }

    private static JudgedPart Judge(Measure how, DateTimeOffset at, UsagePart part, double value, Baseline baseline, double noise)
    {
        double? seen = double.IsNaN(value) ? null : how.Value(part);
        if (baseline.Kind is BaselineKind.None)
            return new(at, seen, null, null, 0, baseline.Kind);
        var expected = how.Unscale(baseline.Expected);
        var chance = how.Chance(expected, part);
        var spread = Deviations * Math.Sqrt(Math.Pow(Math.Max(baseline.Spread, noise), 2) + chance * chance);
        var (low, high) = how.Unremarkable(expected, part);
        return new(
            at, seen, expected, low is { } least ? Math.Min(least, how.Unscale(baseline.Expected - spread)) : null, Math.Max(high, how.Unscale(baseline.Expected + spread)), baseline.Kind);
    }

    /// <summary>What the series usually is off its own baseline: a handful of weeks say little about one hour, all hours together more.</summary>
    private static double Noise(double[] residuals, int end)
    {
        var start = Math.Max(0, end - History);
        var usable = residuals.AsSpan(start, end - start).ToArray().Where(r => !double.IsNaN(r)).ToArray();
        return usable.Length == 0 ? 0 : Robust.Deviation(usable, 0);
    }

    private static List<Incident> Incidents(AnomalyMeasure measure, List<JudgedPart> parts)
    {
        var incidents = new List<Incident>();
        var (run, side, within) = (new List<JudgedPart>(), 0, 0);
        foreach (var part in parts)
        {
            if (part.Side is not { } now)
                continue;
            if (now != 0 && (now == side || run.Count == 0))
            {
                (side, within) = (now, 0);
                run.Add(part);
            }
            else if (run.Count < InARow)
            {
                run.Clear();
                (side, within) = (now, 0);
                if (now != 0)
                    run.Add(part);
            }
            else if (++within == QuietHours)
            {
                incidents.Add(Close(measure, run, isOpen: false));
                (run, side, within) = ([], 0, 0);
            }
        }
        if (run.Count >= InARow)
            incidents.Add(Close(measure, run, isOpen: true));
        return incidents;
    }

    private static Incident Close(AnomalyMeasure measure, List<JudgedPart> run, bool isOpen)
    {
        double Middle(Func<JudgedPart, double> of) => Robust.Median(run.Select(of).ToArray());
        return new(
            measure, run[0].Side > 0, run[0].At, run[^1].At + UsageSeries.Part, run[InARow - 1].At + UsageSeries.Part, isOpen,
            Middle(p => p.Seen!.Value), Middle(p => p.Expected!.Value), run[0].Low is null ? null : Middle(p => p.Low!.Value), Middle(p => p.High), run[0].Kind);
    }
}
