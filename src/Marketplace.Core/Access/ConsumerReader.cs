using System.ComponentModel.DataAnnotations.Schema;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <summary>How many use a line, by grants that stand.</summary>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record ConsumerCounts(int Applications, int Teams, int Grants, int PendingRequests, int? Calling)
{
    public string? CallingSentence => Impact.Called(Applications, Calling);
}

/// <param name="Operations">How many endpoints of the line it may call there.</param>
/// <param name="FirstUntil">When the first of its grants ends.</param>
/// <param name="LastUntil">When the last of them ends.</param>
public sealed record ConsumerRow(
    string ClientId, string Application, string Team, string TeamTitle, string Environment, int Operations,
    DateTimeOffset FirstUntil, DateTimeOffset LastUntil, bool Disabled)
{
    /// <summary>Of the grants that the row counts, taken together.</summary>
    [NotMapped]
    public GrantUse Use { get; init; } = GrantUse.None;
}

/// <param name="Removed">The newest revision does not have it any more; its grants stand.</param>
public sealed record OperationUseRow(string Key, string Method, string Path, string Summary, bool Removed, int Applications, int Teams);

/// <param name="Operation">Of one endpoint, by its key.</param>
/// <param name="Environment">In one environment.</param>
public sealed record ConsumerFilter(string? Operation = null, string? Environment = null);

/// <summary>
/// Who uses a line, down to the endpoint. Numbers are for everybody who sees the line; names for its team and the
/// platform roles, and for others those of their own teams.
/// </summary>
public sealed class ConsumerReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Of a line with more grants than this, consumers are added up once a while for all who see all of them.</summary>
    private const int MostAddedUpEachTime = 1000;

    private readonly BriefMemory<Guid, ConsumerCounts> _counts = new(clock, TimeSpan.FromSeconds(30), 500);
    private readonly BriefMemory<(Guid Line, ConsumerFilter Filter), Ordered> _rows = new(clock, TimeSpan.FromSeconds(30), 50);

    public async Task<ConsumerCounts?> CountsAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await LineAsync(db, actor, api, version, cancellation) is not { } line)
            return null;
        return !await HasManyAsync(db, line, cancellation) ? await CountsAsync(db, line, clock.GetUtcNow(), cancellation) : await _counts.GetAsync(line, async () =>
        {
            await using var own = await databases.CreateDbContextAsync();
            return await CountsAsync(own, line, clock.GetUtcNow(), CancellationToken.None);
        });
    }

    internal static Task<ConsumerCounts> CountsAsync(MarketplaceDb db, Guid line, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.SqlQuery<ConsumerCounts>(
            $"""
            select count(*)::int as "Applications", count(distinct a.team_id)::int as "Teams", coalesce(sum(h.grants), 0)::int as "Grants",
              (select count(*)::int from access_request where status = 'pending'
                and id in (select access_request_id from access_request_item where api_version_id = {line} and decision = 'pending')) as "PendingRequests",
              case when exists (select from call_series where api_version_id = {line}) then (count(*) filter (where h.calling > 0))::int end as "Calling"
            from (
              select g.application_id, count(*) as grants, count(c.application_id) as calling
              from access_grant g left join grant_use c on (c.operation_id, c.environment, c.application_id) = (g.operation_id, g.environment, g.application_id)
                and c.last_used_at >= {now - ImpactReader.Recently}
              where g.api_version_id = {line} and g.ended_at is null and g.valid_until > {now}
              group by 1) h join application a on a.id = h.application_id
            """).SingleAsync(cancellation);

    /// <summary>One row per application and environment. Null when there is no such line to see.</summary>
    public async Task<Page<ConsumerRow>?> ListAsync(
        Actor actor, string api, string version, ConsumerFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await LineAsync(db, actor, api, version, cancellation) is not { } line)
            return null;
        var now = clock.GetUtcNow();
        var seesAll = actor.ReadsEverything || await db.ApiVersions.AnyAsync(v => v.Id == line && v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id), cancellation);
        Page<ConsumerRow> rows;
        if (seesAll && await HasManyAsync(db, line, cancellation))
        {
            var all = await _rows.GetAsync((line, filter), async () =>
            {
                await using var own = await databases.CreateDbContextAsync();
                return new Ordered(await Rows(own, actor, line, filter, clock.GetUtcNow(), seesAll).ToListAsync());
            });
            rows = new([.. all.Rows.Skip(page.Skip).Take(page.Size)], all.Rows.Count, page);
        }
        else
            rows = await Rows(db, actor, line, filter, now, seesAll).ToPageAsync(page, cancellation);
        return rows with { Items = await WithUseAsync(db, line, filter, rows.Items, now, cancellation) };
    }

    private static IQueryable<ConsumerRow> Rows(MarketplaceDb db, Actor actor, Guid line, ConsumerFilter filter, DateTimeOffset now, bool seesAll) =>
        db.Database.SqlQuery<ConsumerRow>(
            $"""
            select p.client_id as "ClientId", p.name as "Application", t.name as "Team", t.title as "TeamTitle", g.environment as "Environment",
              g.operations as "Operations", g.first_until as "FirstUntil", g.last_until as "LastUntil", p.disabled_at is not null as "Disabled"
            from (
              select application_id, environment, count(*)::int as operations, min(valid_until) as first_until, max(valid_until) as last_until
              from access_grant
              where api_version_id = {line} and ended_at is null and valid_until > {now}
                and ({filter.Operation}::text is null or operation_id in (select id from operation where api_version_id = {line} and key = {filter.Operation}))
                and ({filter.Environment}::text is null or environment = {filter.Environment})
              group by 1, 2) g join application p on p.id = g.application_id join team t on t.id = p.team_id
            where {seesAll} or exists (select from membership m where m.team_id = p.team_id and m.person_id = {actor.Id})
            """)
            .OrderBy(r => r.TeamTitle).ThenBy(r => r.Application).ThenBy(r => r.ClientId).ThenBy(r => r.Environment);

    private static async Task<bool> HasManyAsync(MarketplaceDb db, Guid line, CancellationToken cancellation) =>
        await db.Grants.Where(g => g.ApiVersionId == line && g.EndedAt == null).Take(MostAddedUpEachTime + 1).CountAsync(cancellation) > MostAddedUpEachTime;

    private static async Task<IReadOnlyList<ConsumerRow>> WithUseAsync(
        MarketplaceDb db, Guid line, ConsumerFilter filter, IReadOnlyList<ConsumerRow> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        var clients = rows.Select(row => row.ClientId).Distinct().ToArray();
        if (clients.Length == 0)
            return rows;
        var uses = await GrantUse.Used(db, now)
            .Where(g => g.Line == line && g.Stands && clients.Contains(g.ClientId) && (filter.Operation == null || g.Operation == filter.Operation))
            .GroupBy(g => new { g.ClientId, g.Environment })
            .Select(g => new { g.Key.ClientId, g.Key.Environment, LastUsedAt = g.Max(one => one.LastUsedAt), Calls = g.Sum(one => one.Calls) })
            .ToDictionaryAsync(use => (use.ClientId, use.Environment), use => new GrantUse(use.LastUsedAt, use.Calls), cancellation);
        return [.. rows.Select(row => row with { Use = uses.GetValueOrDefault((row.ClientId, row.Environment), GrantUse.None) })];
    }

    /// <summary>Endpoints with their numbers, the most used first. Null when there is no such line to see.</summary>
    public async Task<Page<OperationUseRow>?> OperationsAsync(Actor actor, string api, string version, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await LineAsync(db, actor, api, version, cancellation) is not { } line)
            return null;
        var now = clock.GetUtcNow();
        return await db.Database.SqlQuery<OperationUseRow>(
            $"""
            select o.key as "Key", o.method as "Method", o.path as "Path", o.summary as "Summary", o.removed_in is not null as "Removed",
              coalesce(u.applications, 0) as "Applications", coalesce(u.teams, 0) as "Teams"
            from operation o left join (
              select g.operation_id, count(distinct g.application_id)::int as applications, count(distinct p.team_id)::int as teams
              from access_grant g join application p on p.id = g.application_id
              where g.api_version_id = {line} and g.ended_at is null and g.valid_until > {now}
              group by g.operation_id) u on u.operation_id = o.id
            where o.api_version_id = {line} and (o.removed_in is null or u.applications > 0)
            """)
            .OrderByDescending(r => r.Applications).ThenBy(r => r.Path).ThenBy(r => r.Method).ThenBy(r => r.Key)
            .ToPageAsync(page, cancellation);
    }

    private sealed record Ordered(IReadOnlyList<ConsumerRow> Rows);

    private static Task<Guid?> LineAsync(MarketplaceDb db, Actor actor, string api, string version, CancellationToken cancellation) =>
        db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation);
}
