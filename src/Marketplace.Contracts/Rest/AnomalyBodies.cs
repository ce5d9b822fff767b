namespace Marketplace.Contracts.Rest;

/// <summary>Two or more hours in a row far from what is usual.</summary>
/// <param name="Api">Of which API.</param>
/// <param name="Version">Of which version.</param>
/// <param name="Environment">Where.</param>
/// <param name="Measure"><c>traffic</c> (calls an hour), <c>refusals</c> (a share) or <c>latency</c> (milliseconds that 95 of 100 calls stayed within).</param>
/// <param name="Above">More than usual, else less.</param>
/// <param name="From">When its first hour began.</param>
/// <param name="Until">When its last hour ended.</param>
/// <param name="RaisedAt">When its second hour ended: so early it could be told.</param>
/// <param name="Open">It goes on.</param>
/// <param name="Seen">At the median of its hours.</param>
/// <param name="Expected">What is usual then.</param>
/// <param name="Low">From here on it is usual; null where less is no trouble.</param>
/// <param name="High">Up to here.</param>
/// <param name="Sentence">The same in words.</param>
public sealed record AnomalyBody(
    string Api, string Version, string Environment, string Measure, bool Above, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset RaisedAt, bool Open,
    double Seen, double Expected, double? Low, double High, string Sentence);

/// <summary>Seven days of a version in an environment.</summary>
/// <param name="JudgedUntil">Later hours are not judged yet.</param>
/// <param name="Measures">Empty without any calls.</param>
public sealed record LineAnomaliesBody(DateTimeOffset JudgedUntil, IReadOnlyList<JudgementBody> Measures);

/// <summary>One measure, hour by hour.</summary>
/// <param name="Measure"><c>traffic</c>, <c>refusals</c> or <c>latency</c>.</param>
/// <param name="Baseline"><c>hour_of_week</c>, <c>hour_of_day</c> while weeks are not known, or <c>none</c>: not enough history to say.</param>
/// <param name="Incidents">What was found.</param>
/// <param name="Hours">Oldest first.</param>
public sealed record JudgementBody(string Measure, string Baseline, IReadOnlyList<AnomalyBody> Incidents, IReadOnlyList<JudgedHourBody> Hours);

/// <summary>One hour.</summary>
/// <param name="At">When it began.</param>
/// <param name="Seen">Null when it had too few calls to say, or nothing was reported anywhere.</param>
/// <param name="Expected">Null without enough history.</param>
/// <param name="Low">From here on it is usual; null where less is no trouble.</param>
/// <param name="High">Up to here.</param>
public sealed record JudgedHourBody(DateTimeOffset At, double? Seen, double? Expected, double? Low, double? High);
