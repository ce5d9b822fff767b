using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ending;

/// <summary>What an application may call at one line, and did.</summary>
public sealed record CutOffRow(
    string Api, string ApiTitle, string Version, string Environment, string Team, int Grants, DateTimeOffset? LastUsedAt, long Calls);

/// <summary>What ends with an application, and who is told.</summary>
/// <param name="Grants">Those that stand.</param>
/// <param name="LastUsedAt">When the last call came, as far as data planes told.</param>
/// <param name="Calls">In the last 30 days.</param>
/// <param name="Credentials">Those that work.</param>
/// <param name="Instances">What runs of it is registered as.</param>
/// <param name="DataPlanes">Gateways and services that pull policies with it: they learn of no change any more.</param>
/// <param name="Told">Teams whose owners are told.</param>
public sealed record DeletionView(
    string ClientId, string Name, string TeamTitle, int Grants, DateTimeOffset? LastUsedAt, long Calls, int Credentials, int PendingRequests, int Instances, int DataPlanes,
    IReadOnlyList<string> Told, IReadOnlyList<CutOffRow> Lines);

public sealed class DeletionReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int LinesShown = 50;

    /// <summary>More kinds of calls than this are added up once a while for all who look.</summary>
    private const int MostAddedUpEachTime = 1000;

    private readonly BriefMemory<string, List<LineCalls>> _called = new(clock, TimeSpan.FromSeconds(30), 200);

    /// <summary>Null where there is no such application that the actor may delete.</summary>
    public async Task<DeletionView?> FindAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var found = await db.Applications.Deletable(actor).Where(a => a.ClientId == clientId).Select(a => new { a.Id, a.Name, Team = a.Team!.Title }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var called = await CalledAsync(db, clientId, now, cancellation);
        var lines = await db.Database.SqlQuery<CutOffRow>(
            $"""
            with held as materialized (
              select g.api_version_id, g.environment, count(*)::int as grants, max(u.last_used_at) as last_used_at
              from access_grant g left join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id)
              where g.application_id = {found.Id} and g.ended_at is null and g.valid_until > {now}
              group by 1, 2
            )
            select a.name as "Api", a.title as "ApiTitle", v.version as "Version", h.environment as "Environment", t.title as "Team", h.grants as "Grants",
              h.last_used_at as "LastUsedAt", coalesce(c.calls, 0) as "Calls"
            from held h join api_version v on v.id = h.api_version_id join api a on a.id = v.api_id join team t on t.id = a.team_id
              left join unnest({called.Select(c => c.Line).ToArray()}, {called.Select(c => c.Environment).ToArray()}, {called.Select(c => c.Calls).ToArray()}) as c (line, environment, calls)
                on (c.line, c.environment) = (h.api_version_id, h.environment)
            """).OrderByDescending(l => l.Calls).ThenByDescending(l => l.Grants).ThenBy(l => l.Api).ThenBy(l => l.Version).ThenBy(l => l.Environment).ToListAsync(cancellation);
        var counts = await db.Database.SqlQuery<Counts>(
            $"""
            select (select count(*)::int from application_credential where application_id = {found.Id} and revoked_at is null and (expires_at is null or expires_at > {now})) as "Credentials",
              (select count(*)::int from access_request where application_id = {found.Id} and status = 'pending') as "PendingRequests",
              (select count(*)::int from service_instance where client_id = {clientId} and state <> 'lapsed') as "Instances",
              (select count(*)::int from data_plane where client_id = {clientId} and seen_at > {now.AddMinutes(-2)}) as "DataPlanes"
            """).SingleAsync(cancellation);
        return new(
            clientId, found.Name, found.Team, lines.Sum(l => l.Grants), lines.Max(l => l.LastUsedAt), lines.Sum(l => l.Calls), counts.Credentials, counts.PendingRequests,
            counts.Instances, counts.DataPlanes, [.. lines.Select(l => l.Team).Distinct().Order(StringComparer.Ordinal)], [.. lines.Take(LinesShown)]);
    }

    private async Task<List<LineCalls>> CalledAsync(MarketplaceDb db, string clientId, DateTimeOffset now, CancellationToken cancellation)
    {
        var many = await db.Database.SqlQuery<int>(
            $"""select count(*)::int as "Value" from (select from call_series where client_id = {clientId} limit {MostAddedUpEachTime + 1}) s""").SingleAsync(cancellation) > MostAddedUpEachTime;
        Task<List<LineCalls>> Read(MarketplaceDb db, CancellationToken ending) => db.Database.SqlQuery<LineCalls>(
            $"""
            select s.api_version_id as "Line", s.environment as "Environment", sum(c.count)::bigint as "Calls"
            from call_series s join call_usage c on c.series_id = s.id and c.span = 86400 and c.start > {now.AddDays(-30)}
            where s.client_id = {clientId} and s.decision = 'allowed'
            group by 1, 2
            """).ToListAsync(ending);
        return many ? await _called.GetAsync(clientId, async () =>
        {
            await using var own = await databases.CreateDbContextAsync();
            return await Read(own, CancellationToken.None);
        }) : await Read(db, cancellation);
    }

    private sealed record LineCalls(Guid Line, string Environment, long Calls);

    private sealed record Counts(int Credentials, int PendingRequests, int Instances, int DataPlanes);
}

internal static class DeletableApplications
{
    /// <summary>Owners of its team give an application away and delete it; every member manages the rest.</summary>
    public static IQueryable<Application> Deletable(this IQueryable<Application> applications, Actor actor) =>
        applications.Where(a => a.DeletedAt == null && a.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner));
}
