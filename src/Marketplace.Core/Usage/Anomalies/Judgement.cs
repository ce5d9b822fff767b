namespace Marketplace.Core.Usage.Anomalies;

/// <param name="Seen">Null when the hour saw too little to say.</param>
/// <param name="Expected">Null without enough history.</param>
/// <param name="Low">What is seen from here on up to <paramref name="High"/> is as expected; null where less is no trouble.</param>
public readonly record struct JudgedPart(DateTimeOffset At, double? Seen, double? Expected, double? Low, double High, BaselineKind Kind)
{
    /// <summary>-1 below what was expected, 1 above, 0 within; null when nobody can say, as of silence at an hour that is nearly silent.</summary>
    public int? Side => this switch
    {
        { Seen: not { } } or { Expected: not { } } => null,
        { Low: <= 0 } when Seen < Expected => null,
        _ => Seen < Low ? -1 : Seen > High ? 1 : 0,
    };
}

/// <summary>Two or more hours, one after the other, on the same side of what was expected.</summary>
/// <param name="From">When the first of its hours began.</param>
/// <param name="Until">When the last of its hours ended.</param>
/// <param name="RaisedAt">When the second of its hours ended.</param>
/// <param name="IsOpen">It was not yet over at the end of what was judged.</param>
/// <param name="Seen">At the median of its hours; so are the expected, the least and the most expected.</param>
public sealed record Incident(
    AnomalyMeasure Measure, bool IsAbove, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset RaisedAt, bool IsOpen,
    double Seen, double Expected, double? Low, double High, BaselineKind Kind);

/// <param name="Parts">Hour by hour.</param>
public sealed record Judgement(AnomalyMeasure Measure, IReadOnlyList<JudgedPart> Parts, IReadOnlyList<Incident> Incidents)
{
    /// <summary>Of the newest hour.</summary>
    public BaselineKind Kind => Parts.Count == 0 ? BaselineKind.None : Parts[^1].Kind;
}
