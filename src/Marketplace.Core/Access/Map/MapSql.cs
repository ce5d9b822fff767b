namespace Marketplace.Core.Access.Map;

/// <summary>
/// The statements behind the map. Standing grants are first counted for each application and line, then joined with
/// their teams. A grant that the reader may not see keeps its application, API and endpoints to itself: it counts
/// between its two teams, and not at all where the API is restricted.
/// </summary>
internal static class MapSql
{
    private const string Mine = "array(select team_id from membership where person_id = @me)";
    private const string Seen = $"(@everything or a.team_id = any({Mine}) or p.team_id = any({Mine}))";
    private const string Uses = "sum(used)::bigint as used, sum(told)::bigint as told";
    private const string Opened = "array(select id from team where name = any(@open))";

    public const string CalledTeams = "g.api_version_id = any(array(select v.id from api_version v join api p on p.id = v.api_id where p.team_id = any(@teams)))";
    public const string CallerTeams = "g.application_id = any(array(select id from application where team_id = any(@teams)))";
    public const string CalledApi = "g.api_version_id = any(array(select id from api_version where api_id = @start))";
    public const string CallerApplication = "g.application_id = @start";
    public const string Everything = "true";

    /// <summary>The other ends of grants at the anchors, the strongest first, split into parts where their team is open.</summary>
    public static string Links(bool callers, string which, bool masksCallers)
    {
        var (other, otherPart, anchor, anchorPart) = callers ? ("caller", "application", "called", "api") : ("called", "api", "caller", "application");
        return $"""
            with {Facts("fact", which)}, link as materialized (
              select {(masksCallers ? $"case when seen then caller else '{Guid.Empty}' end" : other)} as other, {anchor} as anchor,
                case when seen and {other} = any({Opened}) then {otherPart} end as part,
                case when seen and {anchor} = any({Opened}) and @parts then {anchorPart} end as anchor_part,
                bool_or(seen) as seen, sum(grants)::bigint as grants, {Uses}, count(distinct application) as applications, count(distinct {(callers ? "caller" : "called")}) as teams
              from fact where (caller <> called or @within) and (seen or not @only_seen) group by 1, 2, 3, 4
            ), ranked as (
              select other, row_number() over (order by sum(grants) desc, min(t.name)) as rank, count(*) over ()::int as others, sum(sum(grants)) over ()::bigint as total
              from link left join team t on t.id = other group by other
            ), kept as (
              select part from (select part, row_number() over (partition by other order by sum(grants) desc, part) as n from link where part is not null group by other, part) parts
              where n <= @rows
            ), kept_anchor as (
              select anchor_part from (select anchor_part, row_number() over (order by sum(grants) desc, anchor_part) as n from link where anchor_part is not null group by anchor_part) parts
              where n <= @rows
            ), merged as (
              select other, anchor, (select k.part from kept k where k.part = l.part) as part, (select k.anchor_part from kept_anchor k where k.anchor_part = l.anchor_part) as anchor_part,
                bool_or(seen) as seen, sum(grants)::bigint as grants, {Uses}, sum(applications)::int as applications, sum(teams)::int as teams
              from link l join ranked using (other) where rank <= @shown group by 1, 2, 3, 4
            )
            select m.other as "TeamId", t.name as "Team", t.title as "TeamTitle", {Name(callers, "m.part")} as "Part", {Title(callers, "m.part")} as "PartTitle",
              n.name as "Anchor", {Name(!callers, "m.anchor_part")} as "AnchorPart", {Title(!callers, "m.anchor_part")} as "AnchorPartTitle",
              m.seen as "Seen", m.grants as "Grants", m.used as "Used", m.told as "Told", m.applications as "Applications", m.teams as "Teams", ranked.others as "Others", ranked.total as "Total"
            from merged m join ranked using (other) left join team t on t.id = m.other join team n on n.id = m.anchor
            order by ranked.rank, m.grants desc, "Part" nulls last, "Anchor", "AnchorPart" nulls last
            """;
    }

    /// <summary>The connections of the start, and those one step on where <paramref name="isFar"/>: a page of them, and the strongest.</summary>
    public static string Connections(MapKind? start, string which, bool isFar)
    {
        // Whoever calls one API is known to those who see the grant; of a team, everybody is told which other team it works with.
        var caller = start is MapKind.Api ? "case when seen then caller end" : "caller";
        var atStart = start is MapKind.Api or MapKind.Application ? "true" : "false";
        return $"""
            with {Facts("near", which)}{(isFar ? Far(start) : "")}, connection as (
              select {caller} as caller, called, {atStart} as at_start, count(distinct application)::int as applications, count(distinct api)::int as apis, sum(grants)::bigint as grants, {Uses}
              from near where seen or not @only_seen group by 1, 2
              {(isFar ? $"""
              union
              select caller, called, false, count(distinct application)::int, count(distinct api)::int, sum(grants)::bigint, {Uses} from far group by 1, 2
              """ : "")}
            ), ranked as (
              select *, row_number() over (order by grants desc, at_start desc, caller, called) as rank, count(*) over ()::int as total from connection
            )
            select c.name as "Caller", c.title as "CallerTitle", d.name as "Called", d.title as "CalledTitle", at_start as "AtStart",
              applications as "Applications", apis as "Apis", grants as "Grants", used as "Used", told as "Told", rank as "Rank", total as "Total"
            from ranked left join team c on c.id = caller join team d on d.id = called
            where rank <= @top or rank > @skip and rank <= @skip + @take order by rank
            """;
    }

    private static string Far(MapKind? start)
    {
        var (callers, called) = start switch
        {
            MapKind.Api => ("seen", "false"),
            MapKind.Application => ("false", "seen"),
            _ => ("called = @start and caller <> called and @callers", "caller = @start and caller <> called and @called"),
        };
        return $"""
            , callers as materialized (select distinct caller as id from near where {callers}), called as materialized (select distinct called as id from near where {called}),
            {Facts("far", """
            g.api_version_id = any(array(select v.id from api_version v join api p on p.id = v.api_id where p.team_id in (select id from callers)))
              or g.application_id = any(array(select id from application where team_id in (select id from called)))
            """)}
            """;
    }

    private static string Facts(string name, string which) => $"""
        {name}_pair as materialized (
          select g.application_id, g.api_version_id, count(*) as grants, count(u.operation_id) as used,
            case when exists (select from call_series c where c.api_version_id = g.api_version_id) then count(*) else 0 end as told
          from access_grant g left join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id)
            and u.last_used_at >= @now - interval '30 days'
          where g.ended_at is null and g.valid_from <= @now and g.valid_until > @now and (@environment = '' or g.environment = @environment)
            and not exists (select from operation o where o.id = g.operation_id and o.removed_in is not null) and ({which})
          group by 1, 2
        ), {name} as (
          select a.id as application, p.id as api, a.team_id as caller, p.team_id as called, n.grants, n.used, n.told, {Seen} as seen
          from {name}_pair n join application a on a.id = n.application_id and a.disabled_at is null
          join api_version v on v.id = n.api_version_id and v.lifecycle in ('published', 'deprecated') join api p on p.id = v.api_id
          where {Seen} or p.classification <> 'restricted'
        )
        """;

    private static string Name(bool isApplication, string id) =>
        isApplication ? $"(select client_id from application where id = {id})" : $"(select name from api where id = {id})";

    private static string Title(bool isApplication, string id) =>
        isApplication ? $"(select name from application where id = {id})" : $"(select title from api where id = {id})";
}
