using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one line of it.</param>
/// <param name="Application">Of one application, by its client id.</param>
/// <param name="Environment">In one environment.</param>
/// <param name="Unknown">What nobody knows about, instead of what is known to be unused.</param>
public sealed record UnusedFilter(string? Api = null, string? Version = null, string? Application = null, string? Environment = null, bool Unknown = false);

/// <summary>What one application holds of one line in one environment and does not use.</summary>
/// <param name="Endpoints">How many it was not seen to use in 90 days, held for as long.</param>
/// <param name="Held">Of how many.</param>
/// <param name="LastUsedAt">When one of these was used last; null for never.</param>
/// <param name="ToldSince">Since when data planes tell of the line there; null where none does.</param>
/// <param name="Asked">The number of the request to give them up that waits for an answer.</param>
/// <param name="KeptBecause">What the team said when it was last asked, and kept them.</param>
/// <param name="IsOwner">The reader may ask for them, or end them with notice.</param>
/// <param name="IsMine">The reader may give them up.</param>
public sealed record UnusedRow(
    string ClientId, string Application, string TeamTitle, string Api, string ApiTitle, string Version, string Environment, int Endpoints, int Held,
    DateTimeOffset? LastUsedAt, DateTimeOffset? ToldSince, long? Asked, string? KeptBecause, bool IsOwner, bool IsMine);

/// <param name="LastUsedAt">Null for never.</param>
public sealed record UnusedEndpoint(Guid Grant, string Operation, string Method, string Path, DateTimeOffset GrantedAt, DateTimeOffset Until, DateTimeOffset? LastUsedAt);

/// <summary>"Never used in 90 days": of the own APIs for their teams, of the own applications for theirs, of everything for the platform roles.</summary>
public sealed class UnusedReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Of more grants than this, what one sees of them is looked through once a while.</summary>
    internal int MostLookedThroughEachTime { get; init; } = 20_000;

    private readonly BriefMemory<(Guid Reader, UnusedFilter Filter), UnusedKeys> _keys = new(clock, TimeSpan.FromMinutes(1), 200);

    /// <summary>Most endpoints first.</summary>
    public async Task<Page<UnusedRow>> ListAsync(Actor actor, UnusedFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (filter is { Api: null } or { Application: null } && await db.Database.SqlQuery<float>(
            $"""select reltuples as "Value" from pg_class where oid = 'access_grant'::regclass""").SingleAsync(cancellation) > MostLookedThroughEachTime)
            return await OfManyAsync(db, actor, filter, page, cancellation);
        // One look for both: to count is as much work as to list.
        var rows = await db.Database
            .SqlQueryRaw<Found>(List(Seen), [.. Parameters(actor, filter), new NpgsqlParameter("size", page.Size), new NpgsqlParameter("skip", page.Skip)]).ToListAsync(cancellation);
        return new([.. rows.Select(r => r.Row)], rows.Count == 0 ? 0 : rows[0].Total, page);
    }

    /// <summary>Which they are is remembered for a minute; what is said of those on the page is as it is now.</summary>
    private async Task<Page<UnusedRow>> OfManyAsync(MarketplaceDb db, Actor actor, UnusedFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var keys = await _keys.GetAsync((actor.ReadsEverything ? Guid.Empty : actor.Id, filter), async () =>
        {
            await using var own = await databases.CreateDbContextAsync();
            own.Database.SetCommandTimeout(TimeSpan.FromMinutes(1));
            return new UnusedKeys(await own.Database.SqlQueryRaw<UnusedKey>(Keys, [.. Parameters(actor, filter)]).ToListAsync());
        });
        UnusedKey[] shown = [.. keys.All.Skip(page.Skip).Take(page.Size)];
        if (shown.Length == 0)
            return new([], keys.All.Count, page);
        var rows = await db.Database.SqlQueryRaw<Found>(
            List(Named),
            [
                .. Parameters(actor, filter), new NpgsqlParameter("size", page.Size), new NpgsqlParameter<int>("skip", 0),
                new NpgsqlParameter("applications", shown.Select(k => k.Application).ToArray()), new NpgsqlParameter("lines", shown.Select(k => k.Line).ToArray()),
                new NpgsqlParameter("environments", shown.Select(k => k.Environment).ToArray()),
            ]).ToListAsync(cancellation);
        return new([.. rows.Select(r => r.Row)], keys.All.Count, page);
    }

    /// <summary>The endpoints behind one row, at most 1,000.</summary>
    public async Task<IReadOnlyList<UnusedEndpoint>> EndpointsAsync(Actor actor, UnusedFilter filter, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await EndpointsAsync(db, actor, filter, cancellation);
    }

    internal Task<List<UnusedEndpoint>> EndpointsAsync(MarketplaceDb db, Actor actor, UnusedFilter filter, CancellationToken cancellation) =>
        db.Database.SqlQueryRaw<UnusedEndpoint>(Endpoints, [.. Parameters(actor, filter)]).ToListAsync(cancellation);

    private IEnumerable<object> Parameters(Actor actor, UnusedFilter filter)
    {
        yield return Text("api", filter.Api);
        yield return Text("version", filter.Version);
        yield return Text("application", filter.Application);
        yield return Text("environment", filter.Environment);
        yield return new NpgsqlParameter("unknown", filter.Unknown);
        yield return new NpgsqlParameter("all", actor.ReadsEverything);
        yield return new NpgsqlParameter("officer", actor.Role is PlatformRole.SecurityOfficer);
        yield return new NpgsqlParameter("actor", actor.Id);
        yield return new NpgsqlParameter("now", clock.GetUtcNow());
    }

    private static NpgsqlParameter Text(string name, string? value) => new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value };

    /// <summary>Lines first: there are few, and what is told is told of them. @unknown turns the question round.</summary>
    private static string Lines(string which) => $"""
        with mine as materialized (select team_id, role from membership where person_id = @actor),
        line as materialized (
          select v.id, a.name as api, a.title, v.version, a.team_id, a.team_id in (select team_id from mine) as is_mine
          from api_version v join api a on a.id = v.api_id where (@api is null or a.name = @api) and (@version is null or v.version = @version){which}
            and (@application is null or v.id in (
              select g.api_version_id from access_grant g join application p on p.id = g.application_id where p.client_id = @application and g.ended_at is null))
            and (@all or a.team_id in (select team_id from mine) or v.id in (
              select g.api_version_id from access_grant g join application p on p.id = g.application_id where p.team_id in (select team_id from mine) and g.ended_at is null))),
        {UseSql.Told}
        """;

    private static readonly string Listed = $"case when @unknown then ({UseSql.Word}) = 'unknown' and g.granted_at <= @now - interval '90 days' else ({UseSql.Word}) in ('never', 'unused') end";

    private static readonly string Seen = $"""
        from access_grant g join line l on l.id = g.api_version_id join application p on p.id = g.application_id
          {UseSql.Used} left join told t on (t.api_version_id, t.environment) = (g.api_version_id, g.environment)
        where g.ended_at is null and g.valid_until > @now and (@application is null or p.client_id = @application) and (@environment is null or g.environment = @environment)
          and (@all or l.is_mine or p.team_id in (select team_id from mine))
        """;

    /// <summary>Of these alone.</summary>
    private static readonly string Named = Seen + " and (g.application_id, g.api_version_id, g.environment) in (select * from unnest(@applications, @lines, @environments))";

    private static string Held(string seen) => $"""
        held as materialized (
          select g.application_id, g.api_version_id, g.environment, count(*)::int as held, (count(*) filter (where {Listed}))::int as endpoints,
            max(u.last_used_at) filter (where u.last_used_at <= @now - interval '90 days') as last_used_at
          {seen} group by 1, 2, 3)
        """;

    private const string InOrder = "where h.endpoints > 0 order by h.endpoints desc, p.name, p.client_id, l.title, l.api, l.version, h.environment";

    private static readonly string Keys = $"""
        {Lines("")},
        {Held(Seen)}
        select h.application_id as "Application", h.api_version_id as "Line", h.environment as "Environment"
        from held h join line l on l.id = h.api_version_id join application p on p.id = h.application_id {InOrder}
        """;

    private static string List(string seen) => $"""
        {Lines(seen == Named ? " and v.id = any(@lines)" : "")},
        {Held(seen)}
        select p.client_id as "ClientId", p.name as "Application", t.title as "TeamTitle", l.api as "Api", l.title as "ApiTitle", l.version as "Version",
          h.environment as "Environment", h.endpoints as "Endpoints", h.held as "Held", h.last_used_at as "LastUsedAt", s.since as "ToldSince", n.number as "Asked",
          (select x.reason from narrowing_request x
            where (x.application_id, x.api_version_id, x.environment) = (h.application_id, h.api_version_id, h.environment) and x.answer = 'kept'
            order by x.answered_at desc limit 1) as "KeptBecause",
          @officer or exists (select from mine m where m.team_id = l.team_id and m.role = 'owner') as "IsOwner",
          p.team_id in (select team_id from mine) as "IsMine", (count(*) over ())::int as "Total"
        from held h join line l on l.id = h.api_version_id join application p on p.id = h.application_id join team t on t.id = p.team_id
          left join told s on (s.api_version_id, s.environment) = (h.api_version_id, h.environment)
          left join narrowing_request n on (n.application_id, n.api_version_id, n.environment) = (h.application_id, h.api_version_id, h.environment) and n.answer is null
        {InOrder} limit @size offset @skip
        """;

    private static readonly string Endpoints = $"""
        {Lines("")}
        select g.id as "Grant", o.key as "Operation", o.method as "Method", o.path as "Path", g.granted_at as "GrantedAt", g.valid_until as "Until", u.last_used_at as "LastUsedAt"
        {Seen.Replace("where g.ended_at", "join operation o on o.id = g.operation_id where g.ended_at", StringComparison.Ordinal)} and {Listed}
        order by u.last_used_at nulls first, o.path, o.method, g.id limit 1000
        """;

    private sealed record UnusedKeys(IReadOnlyList<UnusedKey> All);

    private sealed record UnusedKey(Guid Application, Guid Line, string Environment);

    private sealed record Found(
        string ClientId, string Application, string TeamTitle, string Api, string ApiTitle, string Version, string Environment, int Endpoints, int Held,
        DateTimeOffset? LastUsedAt, DateTimeOffset? ToldSince, long? Asked, string? KeptBecause, bool IsOwner, bool IsMine, int Total)
    {
        public UnusedRow Row => new(ClientId, Application, TeamTitle, Api, ApiTitle, Version, Environment, Endpoints, Held, LastUsedAt, ToldSince, Asked, KeptBecause, IsOwner, IsMine);
    }
}
