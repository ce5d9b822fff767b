using Marketplace.Core.Usage;

namespace Marketplace.ControlPlane.Usage;

/// <summary>The statements that count a batch of reports, in their order, and what forgets. Each takes the whole batch as arrays.</summary>
internal static class UsageSql
{
    /// <summary>Kinds of calls that are told apart for one line in one environment; beyond them, new ones are left out.</summary>
    public const int MaxSeries = 100_000;

    /// <summary>
    /// Paths kept for one line in one environment that no operation matched: so many that applications called, and so many
    /// that came without a good token, which anybody can invent.
    /// </summary>
    public const int MaxUnmatched = 250;

    /// <summary>Runs of instances that one client's reports of one line in one environment are told apart by; who invents more forgets its own oldest.</summary>
    public const int MaxSources = 20_000;

    // In one order everywhere, so that replicas never wait for each other in a ring.
    /// <summary>Returns those that are news; one that was counted before is not.</summary>
    public const string Sources =
        """
        insert into usage_source as s (api_version_id, environment, client_id, instance, start, seq, dropped, seen_at)
        select line, environment, client, instance, start, seq, dropped, $8
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[]) as r (line, environment, client, instance, start, seq, dropped)
        order by 1, 2, 3, 4, 5
        on conflict (api_version_id, environment, client_id, instance, start) do update
          set seq = excluded.seq, dropped = s.dropped + excluded.dropped, seen_at = excluded.seen_at where s.seq < excluded.seq
        returning api_version_id, environment, client_id, instance, start
        """;

    private const string Rows = "unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[]) "
        + "as r (line, environment, client, operation, decision, reason, report, minute, count, errors, buckets)";

    private const string SameSeries =
        "(s.api_version_id, s.environment, s.client_id, s.operation, s.decision, s.reason) = (r.line, r.environment, r.client, r.operation, r.decision, r.reason)";

    /// <summary>Only what names a client and an operation that exist becomes a series.</summary>
    public static readonly string Series =
        $"""
        with fresh as (
          select distinct r.line, r.environment, r.client, r.operation, r.decision, r.reason from {Rows}
          where not exists (select from call_series s where {SameSeries})
            and (r.client = '' or exists (select from application where client_id = r.client))
            and (r.operation = -1 or exists (select from operation where api_version_id = r.line and bit_index = r.operation))
        ), complete as (
          select line, environment from (select distinct line, environment from fresh) f
          where (select count(*) from call_series s where s.api_version_id = f.line and s.environment = f.environment) >= {MaxSeries}
        )
        insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
        select * from fresh where (line, environment) not in (select line, environment from complete) order by 1, 2, 3, 4, 5, 6
        on conflict do nothing
        """;

    /// <summary>Adds to the three spans at once, so that each is whole whenever it is read. Returns how many rows of each report count.</summary>
    public static readonly string Usage =
        $"""
        with counted as (
          select s.id, r.report, r.minute, r.count, r.errors, r.buckets::bigint[] as b from {Rows} join call_series s on {SameSeries}
        ), added as (
          insert into call_usage as u (series_id, span, start, count, errors, {LatencyColumns.Each(name => name)})
          select c.id, spans.span, to_timestamp(c.minute - c.minute % spans.span), sum(c.count), sum(c.errors), {Bucket(i => $"nullif(sum(c.b[{i}]), 0)")}
          from counted c cross join (values (60), (3600), (86400)) as spans (span) group by 1, 2, 3 order by 1, 2, 3
          on conflict (series_id, span, start) do update set count = u.count + excluded.count, errors = u.errors + excluded.errors,
            {LatencyColumns.Each(name => $"{name} = coalesce(u.{name} + excluded.{name}, u.{name}, excluded.{name})")}
        )
        select report, count(*)::int from counted group by 1
        """;

    /// <summary>What was allowed and counted was used.</summary>
    public static readonly string Grants =
        $"""
        insert into grant_use as g (operation_id, environment, application_id, first_used_at, last_used_at)
        select o.id, r.environment, p.id, min(to_timestamp(r.minute)), max(to_timestamp(r.minute))
        from {Rows} join operation o on o.api_version_id = r.line and o.bit_index = r.operation join application p on p.client_id = r.client
        where r.decision = 'allowed' group by 1, 2, 3 order by 1, 2, 3
        on conflict (operation_id, environment, application_id) do update
          set first_used_at = least(g.first_used_at, excluded.first_used_at), last_used_at = greatest(g.last_used_at, excluded.last_used_at)
          where excluded.first_used_at < g.first_used_at or excluded.last_used_at > g.last_used_at
        """;

    public static readonly string Unmatched =
        $"""
        with seen as (
          select line, environment, client, method, path, reason, sum(count) as count, min(to_timestamp(minute)) as first, max(to_timestamp(minute)) as last
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
            as r (line, environment, client, method, path, reason, minute, count)
          where r.client = '' or exists (select from application where client_id = r.client)
          group by 1, 2, 3, 4, 5, 6
        ), ranked as (
          select s.*, u.api_version_id is not null as known,
            row_number() over (partition by s.line, s.environment, s.client = '', u.api_version_id is not null order by s.count desc)
              + (select count(*) from unmatched_call o where o.api_version_id = s.line and o.environment = s.environment and (o.client_id = '') = (s.client = '')) as place
          from seen s left join unmatched_call u on (u.api_version_id, u.environment, u.client_id, u.method, u.path, u.reason)
            = (s.line, s.environment, s.client, s.method, s.path, s.reason)
        )
        insert into unmatched_call as u (api_version_id, environment, client_id, method, path, reason, count, first_seen_at, last_seen_at)
        select line, environment, client, method, path, reason, count, first, last from ranked where known or place <= {MaxUnmatched} order by 1, 2, 3, 4, 5, 6
        on conflict (api_version_id, environment, client_id, method, path, reason) do update set count = u.count + excluded.count,
          first_seen_at = least(u.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)
        """;

    /// <summary>Sources outlive the oldest minute that is taken, so that an old report is refused as old when nobody remembers it.</summary>
    public static readonly string[] Forget =
    [
        "delete from call_usage where span = 60 and start < $1::timestamptz - interval '25 hours'",
        "delete from call_usage where span = 3600 and start < $1::timestamptz - interval '35 days'",
        "delete from call_usage where span = 86400 and start < $1::timestamptz - interval '400 days'",
        "delete from usage_source where seen_at < $1::timestamptz - interval '48 hours'",
        $"""
        delete from usage_source s using (
          select ctid as at, row_number() over (partition by api_version_id, environment, client_id order by seen_at desc, start desc, instance) as place from usage_source) r
        where r.place > {MaxSources} and s.ctid = r.at
        """,
        "delete from unmatched_call where last_seen_at < $1::timestamptz - interval '35 days'",
    ];

    public const string SeriesWithoutRows =
        "select s.id from call_series s where not exists (select from call_usage u where u.series_id = s.id) limit 10000";

    /// <summary>Whoever adds calls waits, and finds the series gone or makes it anew; who reads does not.</summary>
    public const string LockSeries = "lock table call_series in share row exclusive mode";

    public const string ForgetSeries =
        "delete from call_series s where s.id = any($1) and not exists (select from call_usage u where u.series_id = s.id)";

    private static string Bucket(Func<int, string> expression) => string.Join(", ", Enumerable.Range(1, LatencyColumns.Names.Count).Select(expression));
}
