namespace Marketplace.Core.Catalog.Search;

/// <summary>
/// The statements behind the search box. A word matches as the beginning of a name, or by its English stem. Each facet
/// is counted under the choices of the others, so that its numbers say what one more choice would show.
/// </summary>
internal static class SearchSql
{
    private const string Question = """
        with question as (
          select coalesce((select string_agg('(' || part || ')', ' & ') from (
            select (to_tsquery('simple', '''' || word || ''':*') || to_tsquery('english', '''' || word || ''''))::text as part from unnest(@words) word
          ) parts), '')::tsquery as q
        )
        """;

    private const string Lines = """
        join api_version v on v.id = e.api_version_id
        join api a on a.id = v.api_id
        join team t on t.id = a.team_id
        """;

    private const string Seen = """
        (cardinality(@words) = 0 or e.words @@ question.q)
          and (@everything or v.lifecycle <> 'draft' or exists (select from membership m where m.team_id = a.team_id and m.person_id = @me))
          and (v.lifecycle <> 'retired' or 'retired' = any(@lifecycles))
        """;

    private const string TeamChosen = "(cardinality(@teams) = 0 or t.name = any(@teams))";
    private const string LifecycleChosen = "(cardinality(@lifecycles) = 0 or v.lifecycle = any(@lifecycles))";
    private const string ClassificationChosen = "(cardinality(@classifications) = 0 or a.classification = any(@classifications))";
    private const string MethodChosen = "(cardinality(@methods) = 0 or o.method = any(@methods))";
    private const string TagChosen = "(cardinality(@tags) = 0 or o.tags && @tags)";

    public const string OperationHits = Question + $"""
        select a.name as "Api", a.title as "ApiTitle", v.version as "Version", v.lifecycle as "Lifecycle", a.classification as "Classification",
          t.name as "Team", t.title as "TeamTitle", o.key as "Key", o.method as "Method", o.path as "Path", o.summary as "Summary", o.tags as "Tags",
          o.deprecated as "Deprecated", (o.not_enforceable is null and v.lifecycle in ('published', 'deprecated')) as "Requestable"
        from question, search_entry e {Lines} join operation o on o.id = e.operation_id
        where {Seen} and {TeamChosen} and {LifecycleChosen} and {ClassificationChosen} and {MethodChosen} and {TagChosen}
        order by case when cardinality(@words) = 0 then 0 else ts_rank(e.words, question.q, 1) end desc, a.name, v.version desc, o.path, o.method, o.bit_index
        offset @skip limit @take
        """;

    public const string OperationFacets = Question + $"""
        , found as materialized (
          select o.method, o.tags, t.name as team, t.title as team_title, v.lifecycle, a.classification,
            {MethodChosen} as m, {TagChosen} as g, {TeamChosen} as t, {LifecycleChosen} as l, {ClassificationChosen} as c
          from question, search_entry e {Lines} join operation o on o.id = e.operation_id
          where {Seen}
        )
        {SharedFacets}
        union all select 'method', method, method, count(*)::int from found where g and t and l and c group by method
        union all select 'tag', tag, tag, n from (
          select tag, count(*)::int as n from found, unnest(tags) tag where m and t and l and c group by tag order by n desc, tag limit 20) top
        order by 1, 4 desc, 3
        """;

    public const string ApiHits = Question + $"""
        select a.name as "Api", a.title as "Title", a.summary as "Summary", v.version as "Version", v.lifecycle as "Lifecycle",
          a.classification as "Classification", t.name as "Team", t.title as "TeamTitle",
          (select count(*)::int from operation o where o.api_version_id = v.id and o.removed_in is null) as "Operations"
        from question, search_entry e {Lines}
        where e.operation_id is null and {Seen} and {TeamChosen} and {LifecycleChosen} and {ClassificationChosen}
        order by case when cardinality(@words) = 0 then 0 else ts_rank(e.words, question.q, 1) end desc, a.title, a.name, v.version desc
        offset @skip limit @take
        """;

    public const string ApiFacets = Question + $"""
        , found as materialized (
          select t.name as team, t.title as team_title, v.lifecycle, a.classification, true as m, true as g,
            {TeamChosen} as t, {LifecycleChosen} as l, {ClassificationChosen} as c
          from question, search_entry e {Lines}
          where e.operation_id is null and {Seen}
        )
        {SharedFacets}
        order by 1, 4 desc, 3
        """;

    private const string SharedFacets = """
        select 'total' as "Facet", '' as "Value", '' as "Label", count(*)::int as "Count" from found where m and g and t and l and c
        union all select * from (
          select 'team', team, team_title, count(*)::int as n from found where m and g and l and c group by team, team_title order by n desc limit 50) teams
        union all select 'lifecycle', lifecycle, lifecycle, count(*)::int from found where m and g and t and c group by lifecycle
        union all select 'classification', classification, classification, count(*)::int from found where m and g and t and l group by classification
        """;
}
