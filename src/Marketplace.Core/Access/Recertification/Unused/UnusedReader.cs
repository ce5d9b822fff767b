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
    /// <summary>Most endpoints first.</summary>
    public async Task<Page<UnusedRow>> ListAsync(Actor actor, UnusedFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.SqlQueryRaw<UnusedRow>(List, [.. Parameters(actor, filter)])
            .OrderByDescending(r => r.Endpoints).ThenBy(r => r.Application).ThenBy(r => r.ClientId).ThenBy(r => r.ApiTitle).ThenBy(r => r.Api).ThenBy(r => r.Version).ThenBy(r => r.Environment)
            .ToPageAsync(page, cancellation);
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

    /// <summary>Grants that stand, as far as the actor sees them, with what is known of their use.</summary>
    private static readonly string Rated = $"""
        with mine as materialized (select team_id, role from membership where person_id = @actor),
        held as materialized (
          select g.*, p.client_id, p.name, p.team_id, a.name as api, a.title as api_title, v.version, a.team_id as api_team_id
          from access_grant g join application p on p.id = g.application_id join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id
          where g.ended_at is null and g.valid_until > @now
            and (@api is null or a.name = @api) and (@version is null or v.version = @version)
            and (@application is null or p.client_id = @application) and (@environment is null or g.environment = @environment)
            and (@all or p.team_id in (select team_id from mine) or a.team_id in (select team_id from mine))),
        {UseSql.Told("held")},
        rated as (
          select g.*, u.last_used_at, t.since, {UseSql.Word} as use
          from held g {UseSql.Used} left join told t on (t.api_version_id, t.environment) = (g.api_version_id, g.environment)),
        listed as (
          select r.*, case when @unknown then r.use = 'unknown' and r.granted_at <= @now - interval '90 days' else r.use in ('never', 'unused') end as is_listed from rated r)
        """;

    private static readonly string List = $"""
        {Rated}
        select l.client_id as "ClientId", l.name as "Application", t.title as "TeamTitle", l.api as "Api", l.api_title as "ApiTitle", l.version as "Version",
          l.environment as "Environment", l.endpoints as "Endpoints", l.held as "Held", l.last_used_at as "LastUsedAt", l.since as "ToldSince", n.number as "Asked",
          k.reason as "KeptBecause", @officer or exists (select from mine m where m.team_id = l.api_team_id and m.role = 'owner') as "IsOwner",
          l.team_id in (select team_id from mine) as "IsMine"
        from (
          select application_id, api_version_id, environment, client_id, name, team_id, api, api_title, version, api_team_id, since,
            (count(*) filter (where is_listed))::int as endpoints, count(*)::int as held, max(last_used_at) filter (where is_listed) as last_used_at
          from listed group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having count(*) filter (where is_listed) > 0) l
          join team t on t.id = l.team_id
          left join narrowing_request n on (n.application_id, n.api_version_id, n.environment) = (l.application_id, l.api_version_id, l.environment) and n.answer is null
          left join lateral (
            select reason from narrowing_request x
            where (x.application_id, x.api_version_id, x.environment) = (l.application_id, l.api_version_id, l.environment) and x.answer = 'kept'
            order by x.answered_at desc limit 1) k on true
        """;

    private static readonly string Endpoints = $"""
        {Rated}
        select l.id as "Grant", o.key as "Operation", o.method as "Method", o.path as "Path", l.granted_at as "GrantedAt", l.valid_until as "Until", l.last_used_at as "LastUsedAt"
        from listed l join operation o on o.id = l.operation_id where l.is_listed order by l.last_used_at nulls first, o.path, o.method, l.id limit 1000
        """;
}
