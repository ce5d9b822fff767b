using System.Globalization;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Portal.Shell;

namespace Marketplace.Portal.Usage;

internal static class AnomalyWords
{
    public static string Title(AnomalyMeasure measure) => measure switch
    {
        AnomalyMeasure.Traffic => "Calls an hour",
        AnomalyMeasure.Refusals => "Share refused",
        _ => "Latency (95 of 100 calls)",
    };

    public static string Badge(Incident incident) => incident.Measure switch
    {
        AnomalyMeasure.Traffic => incident.IsAbove ? "More calls" : "Fewer calls",
        AnomalyMeasure.Refusals => "More refused",
        _ => "Slower",
    };

    public static string When(Incident incident) => incident.IsOpen
        ? $"since {Words.Moment(incident.From)}"
        : $"{Words.Moment(incident.From)}, for {Words.Count((int)(incident.Until - incident.From).TotalHours, "hour")}";

    public static string Value(AnomalyMeasure measure, double? value) => value is { } known ? IncidentSentence.Of(measure, Math.Max(0, known)) : "–";

    public static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture);
}
