namespace Marketplace.Core.Usage.Anomalies;

/// <param name="Buckets">Served calls per bucket of latency.</param>
internal sealed record LineHour(DateTimeOffset Start, long Calls, long Refused, long[] Buckets);

/// <summary>From stored hours to a series without a gap.</summary>
internal static class LineHours
{
    /// <summary>Hours from $1 to $2 that nobody reported a call of.</summary>
    public const string SilentSql = """
        select h from generate_series(date_trunc('hour', $1::timestamptz), $2::timestamptz - interval '1 hour', interval '1 hour') h
        where not exists (select from line_hour l where l.start = h)
        """;

    /// <summary>Served calls per bucket: refused ones are fast, and nobody waits for them.</summary>
    public static readonly string Served = $"array[{LatencyColumns.Each(name => $"coalesce(sum(u.{name}) filter (where s.decision <> 'refused'), 0)::bigint")}]";

    /// <summary>Hours from {0} to {1}.</summary>
    public static readonly string AddUpSql = $$"""
        insert into line_hour (api_version_id, environment, start, calls, refused, ms)
        select s.api_version_id, s.environment, u.start, sum(u.count), coalesce(sum(u.count) filter (where s.decision = 'refused'), 0), {{Served}}
        from call_usage u join call_series s on s.id = u.series_id
        where u.span = 3600 and u.start >= {0} and u.start < {1} group by 1, 2, 3
        on conflict (api_version_id, environment, start) do update set calls = excluded.calls, refused = excluded.refused, ms = excluded.ms
        """;

    /// <summary>One application's calls {4} of a line {0} in an environment {1}, from {2} to {3}.</summary>
    public static readonly string OfClientSql = $$"""
        select u.start as "Start", sum(u.count)::bigint as "Calls", coalesce(sum(u.count) filter (where s.decision = 'refused'), 0)::bigint as "Refused", {{Served}} as "Buckets"
        from call_series s join call_usage u on u.series_id = s.id and u.span = 3600 and u.start >= {2} and u.start < {3}
        where s.api_version_id = {0} and s.environment = {1} and s.client_id = {4} group by u.start order by u.start
        """;

    /// <param name="hours">In order; the series begins with the first.</param>
    /// <param name="end">When its last hour ends.</param>
    /// <param name="silent">Hours of which nothing is known.</param>
    public static UsageSeries Series(IReadOnlyList<LineHour> hours, DateTimeOffset end, IReadOnlySet<DateTimeOffset> silent)
    {
        var start = hours[0].Start;
        var parts = new UsagePart[(int)((end - start) / UsageSeries.Part)];
        foreach (var hour in hours)
        {
            parts[(int)((hour.Start - start) / UsageSeries.Part)] = new(
                hour.Calls, hour.Refused, LatencyQuantile.Of(hour.Buckets, 0.95), hour.Buckets.Sum());
        }
        for (var i = 0; i < parts.Length; i++)
        {
            if (silent.Contains(start + i * UsageSeries.Part))
                parts[i] = parts[i] with { IsUnknown = true };
        }
        return new(start, parts);
    }

    /// <summary>All measures, each hour from then on.</summary>
    public static IReadOnlyList<Judgement> JudgeAll(this UsageSeries series, DateTimeOffset from)
    {
        var first = Math.Clamp((int)((from - series.Start) / UsageSeries.Part), 0, series.Parts.Count);
        return [.. Enum.GetValues<AnomalyMeasure>().Select(measure => AnomalyDetector.Judge(measure, series, first))];
    }
}
