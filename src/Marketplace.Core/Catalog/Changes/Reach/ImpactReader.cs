using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes.Reach;

/// <summary>Joins what is broken with the grants that stand. Numbers are for everybody, names as in <see cref="Access.ConsumerReader"/>.</summary>
internal static class ImpactReader
{
    public const int MostConsumers = 200;

    /// <summary>Who has not called for so long does not count as a caller.</summary>
    public static readonly TimeSpan Recently = TimeSpan.FromDays(30);

    public static async Task<Impact> OfAsync(MarketplaceDb db, Actor actor, IReadOnlyCollection<Guid> operations, DateTimeOffset now, CancellationToken cancellation)
    {
        if (operations.Count == 0)
            return Impact.None;
        var ids = operations.ToArray();
        var since = now - Recently;
        var uses = await db.Database.SqlQuery<Use>(
            $"""
            select o.id as "Id", o.key as "Key", o.method as "Method", o.path as "Path", g.environment as "Environment", u.applications as "Applications",
              u.teams as "Teams", count(distinct g.application_id)::int as "There", u.calling as "Calling"
            from operation o join access_grant g on g.operation_id = o.id join (
              select s.operation_id, count(distinct s.application_id)::int as applications, count(distinct a.team_id)::int as teams,
                count(distinct c.application_id)::int as calling
              from access_grant s join application a on a.id = s.application_id
                left join grant_use c on (c.operation_id, c.environment, c.application_id) = (s.operation_id, s.environment, s.application_id) and c.last_used_at >= {since}
              where s.operation_id = any({ids}) and s.ended_at is null and s.valid_until > {now}
              group by s.operation_id) u on u.operation_id = o.id
            where o.id = any({ids}) and g.ended_at is null and g.valid_until > {now}
            group by o.id, g.environment, u.applications, u.teams, u.calling
            order by u.calling desc, u.applications desc, o.path, o.method, o.id, g.environment
            """).ToListAsync(cancellation);
        if (uses.Count == 0)
            return Impact.None;
        var total = await db.Database.SqlQuery<Total>(
            $"""
            select count(distinct g.application_id)::int as "Applications", count(distinct a.team_id)::int as "Teams", count(distinct c.application_id)::int as "Calling",
              exists (select from operation o join call_series s on s.api_version_id = o.api_version_id where o.id = any({ids})) as "IsTold"
            from access_grant g join application a on a.id = g.application_id
              left join grant_use c on (c.operation_id, c.environment, c.application_id) = (g.operation_id, g.environment, g.application_id) and c.last_used_at >= {since}
            where g.operation_id = any({ids}) and g.ended_at is null and g.valid_until > {now}
            """).SingleAsync(cancellation);
        return new Impact(
            total.Applications, total.Teams,
            [.. uses.GroupBy(u => u.Id).Select(g => new OperationImpact(
                g.Key, g.First().Key, g.First().Method, g.First().Path, g.First().Applications, g.First().Teams,
                g.ToDictionary(u => u.Environment, u => u.There, StringComparer.Ordinal), total.IsTold ? g.First().Calling : null))],
            await ConsumersAsync(db, actor, ids, now, cancellation), total.IsTold ? total.Calling : null);
    }

    private static Task<List<Consumer>> ConsumersAsync(MarketplaceDb db, Actor actor, Guid[] ids, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.SqlQuery<Consumer>(
            $"""
            select p.client_id as "ClientId", p.name as "Application", t.name as "Team", t.title as "TeamTitle", g.environment as "Environment",
              array_agg(o.key order by o.key) as "Operations", max(c.last_used_at) as "LastCalledAt"
            from access_grant g join operation o on o.id = g.operation_id
              left join grant_use c on (c.operation_id, c.environment, c.application_id) = (g.operation_id, g.environment, g.application_id)
              join application p on p.id = g.application_id join team t on t.id = p.team_id
            where g.operation_id = any({ids}) and g.ended_at is null and g.valid_until > {now}
              and ({actor.ReadsEverything}
                or exists (select from membership m where m.team_id = p.team_id and m.person_id = {actor.Id})
                or exists (select from api_version v join api a on a.id = v.api_id join membership m on m.team_id = a.team_id
                  where v.id = o.api_version_id and m.person_id = {actor.Id}))
            group by p.id, t.id, g.environment
            order by "LastCalledAt" desc nulls last, count(*) desc, t.title, p.name, p.client_id, g.environment
            limit {MostConsumers}
            """).ToListAsync(cancellation);

    private sealed record Use(Guid Id, string Key, string Method, string Path, string Environment, int Applications, int Teams, int There, int Calling);

    private sealed record Total(int Applications, int Teams, int Calling, bool IsTold);
}
