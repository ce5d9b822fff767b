using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Usage.Calls;

/// <summary>
/// The statements behind the plots. First the few series that are looked at, then their rows of the one span that fits,
/// by primary key.
/// </summary>
internal static class CallSql
{
    /// <summary>@line, @env, @operation (null for all) and @clients (null for all).</summary>
    public const string OfLine = """
        s.api_version_id = @line and s.environment = @env and (@operation::int is null or s.operation = @operation)
          and (@clients::text[] is null or s.client_id = any(@clients))
        """;

    /// <summary>@client; what nobody may see yet is not told here.</summary>
    public const string OfApplication = """
        s.client_id = @client and s.api_version_id in (select id from api_version where lifecycle <> 'draft')
        """;

    private const string Rows = "from series s join call_usage u on u.series_id = s.id and u.span = @span and u.start >= @from";
    private const string Refused = "coalesce(sum(u.count) filter (where s.decision = 'refused'), 0)::bigint";

    private const string NotGranted =
        $"coalesce(sum(u.count) filter (where s.reason in ('{ReasonCode.OperationNotGranted}', '{ReasonCode.GrantEnded}')), 0)::bigint";

    public static string Points(string which) => $"""
        {Series(which)}
        select u.start as "Start", coalesce(sum(u.count) filter (where s.decision <> 'refused'), 0)::bigint as "Served", {Refused} as "Refused",
          coalesce(sum(u.errors) filter (where s.decision <> 'refused'), 0)::bigint as "Errors",
          array[{LatencyColumns.Each(name => $"coalesce(sum(u.{name}) filter (where s.decision <> 'refused'), 0)::bigint")}] as "Buckets"
        {Rows} group by u.start order by u.start
        """;

    public static string Reasons(string which) => $"""
        {Series(which)}
        select s.reason as "Reason", sum(u.count)::bigint as "Calls", coalesce(sum(u.count) filter (where s.decision = 'let_through'), 0)::bigint as "LetThrough"
        {Rows} where s.reason <> '' group by 1 order by 2 desc, 1
        """;

    public static string Callers(string which) => $"""
        {Series(which)}, caller as (
          select s.client_id, sum(u.count)::bigint as calls, {Refused} as refused, sum(u.errors)::bigint as errors, max(u.start) as last_at
          {Rows} group by 1 order by 2 desc, 1 limit @most
        )
        select c.client_id as "ClientId", coalesce(a.name, c.client_id) as "Application", t.title as "TeamTitle", c.calls as "Calls", c.refused as "Refused",
          c.errors as "Errors", c.last_at as "LastAt"
        from caller c left join application a on a.client_id = c.client_id left join team t on t.id = a.team_id order by c.calls desc, c.client_id
        """;

    public static string Called(string which) => $"""
        {Series(which)}, called as (
          select s.api_version_id, s.environment, s.operation, sum(u.count)::bigint as calls, {Refused} as refused, {NotGranted} as not_granted, sum(u.errors)::bigint as errors, max(u.start) as last_at
          {Rows} group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit @most
        )
        select a.name as "Api", v.version as "Version", c.environment as "Environment", o.key as "Key", o.method as "Method", o.path as "Path",
          c.calls as "Calls", c.refused as "Refused", c.not_granted as "NotGranted", c.errors as "Errors", c.last_at as "LastAt"
        from called c join api_version v on v.id = c.api_version_id join api a on a.id = v.api_id
          left join operation o on o.api_version_id = c.api_version_id and o.bit_index = c.operation
        order by c.calls desc, a.name, v.version, c.environment, o.path, o.method
        """;

    private static string Series(string which) => $"with series as materialized (select s.* from call_series s where {which})";
}
