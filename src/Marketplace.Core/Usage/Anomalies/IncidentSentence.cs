using System.Globalization;

namespace Marketplace.Core.Usage.Anomalies;

/// <summary>An incident in words: what was seen, what was expected, and how that is known.</summary>
public static class IncidentSentence
{
    public static string Of(Incident incident) => incident.Measure switch
    {
        AnomalyMeasure.Traffic => $"{Number(incident.Seen)} calls an hour, where {Expected(incident, Number)} {Usual(incident)}.",
        AnomalyMeasure.Refusals => $"{Share(incident.Seen)} of the calls refused, where {Expected(incident, Share)} {Usual(incident)}.",
        _ => $"One call in twenty took {Milliseconds(incident.Seen)} or longer, where {Expected(incident, Milliseconds)} {Usual(incident)}.",
    };

    public static string Of(AnomalyMeasure measure, double value) => measure switch
    {
        AnomalyMeasure.Traffic => Number(value),
        AnomalyMeasure.Refusals => Share(value),
        _ => Milliseconds(value),
    };

    private static string Expected(Incident incident, Func<double, string> words) => incident.Low is { } low
        ? $"{words(incident.Expected)} ({words(Math.Max(0, low))} to {words(incident.High)})"
        : $"{words(incident.Expected)} (up to {words(incident.High)})";

    private static string Usual(Incident incident) => incident.Kind is BaselineKind.HourOfWeek ? "is usual at that hour of the week" : "is usual at that hour of the day";

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(double value) => (value * 100).ToString(value < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double value) => value < 1000 ? value.ToString("0", CultureInfo.InvariantCulture) + " ms" : (value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
