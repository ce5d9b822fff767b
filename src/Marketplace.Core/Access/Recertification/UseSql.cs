namespace Marketplace.Core.Access.Recertification;

/// <summary>
/// How statements say what is known of a grant's use. <c>g</c> is the grant, <c>u</c> its row of <c>grant_use</c>,
/// <c>t</c> what <c>usage_told</c> says of its line; <c>@now</c> is the time.
/// </summary>
internal static class UseSql
{
    /// <summary>For so long a grant has to be unused to count as that.</summary>
    public const int Days = 90;

    /// <summary>An endpoint is held since the first of the grants that took one another's place.</summary>
    private const string IsOld = """
        (g.granted_at <= @now - interval '90 days' or exists (
          select from access_grant b
          where (b.application_id, b.operation_id, b.environment) = (g.application_id, g.operation_id, g.environment)
            and b.end_kind = 'superseded' and b.granted_at <= @now - interval '90 days' and not exists (
              select from access_grant r
              where (r.api_version_id, r.environment, r.application_id, r.operation_id) = (g.api_version_id, g.environment, g.application_id, g.operation_id)
                and r.end_kind <> 'superseded' and r.ended_at > b.granted_at)))
        """;

    /// <summary>A <see cref="UseWord"/>.</summary>
    public const string Word = $"""
        case
          when u.last_used_at > @now - interval '30 days' then 'used'
          when u.last_used_at > @now - interval '90 days' then 'seldom'
          when t.is_known is not true then 'unknown'
          when not {IsOld} then 'new'
          when u.last_used_at is null then 'never'
          else 'unused' end
        """;

    public const string Used = "left join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id)";

    /// <summary>Asked once per line and environment, and not per grant: "told" of the lines in "line".</summary>
    public const string Told = """
        told as materialized (
          select l.id as api_version_id, e.name as environment, f.since, f.is_known
          from line l cross join environment e cross join lateral usage_told(l.id, e.name, @now) f)
        """;
}
