using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.DataPlanes;

/// <summary>What enforces a line's policy, and how far its changes have got: for the line's team and those who read everything.</summary>
public sealed class DataPlaneReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>One that lives pulls twice a minute and is written once a minute.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(120);

    private const int ChangesShown = 10;

    /// <summary>Those that lag or are silent first. Null when there is no such line whose data planes the actor may see.</summary>
    public async Task<Page<DataPlaneRow>?> ListAsync(
        Actor actor, string api, string version, string environment, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await LineAsync(db, actor, api, version, cancellation) is not { } line)
            return null;
        var alive = clock.GetUtcNow() - SilentAfter;
        return await db.Database.SqlQuery<DataPlaneRow>(
            $"""
            select d.client_id as "ClientId", coalesce(p.name, d.client_id) as "Application", d.instance as "Instance", d.revision as "Revision",
              (select min(r.enforced_at) from data_plane_revision r
                where (r.api_version_id, r.environment, r.client_id, r.instance, r.revision)
                  = (d.api_version_id, d.environment, d.client_id, d.instance, d.revision)) as "EnforcedAt",
              d.seen_at as "SeenAt",
              case when d.seen_at < {alive} then {(int)DataPlaneState.Silent}
                when d.revision < (select max(revision) from line_changes({line}, {environment})) then {(int)DataPlaneState.Lagging} else {(int)DataPlaneState.Current} end as "State"
            from data_plane d left join application p on p.client_id = d.client_id
            where d.api_version_id = {line} and d.environment = {environment}
            """)
            .OrderByDescending(d => d.State).ThenBy(d => d.Application).ThenBy(d => d.ClientId).ThenBy(d => d.Instance)
            .ToPageAsync(page, cancellation);
    }

    /// <summary>The newest changes first. Null when there is no such line whose data planes the actor may see.</summary>
    public async Task<IReadOnlyList<ChangeReach>?> ChangesAsync(
        Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await LineAsync(db, actor, api, version, cancellation) is not { } line ? null : await db.Database.SqlQuery<ChangeReach>(
            $"""
            with change as (
              select c.revision, min(c.at) as at, array_agg(distinct c.kind) as kinds
              from line_changes({line}, {environment}) c
              group by 1 order by 1 desc limit {ChangesShown}
            )
            select c.revision as "Revision", c.at as "At", c.kinds as "Kinds", count(d.client_id)::int as "DataPlanes",
              count(e.at)::int as "Enforced", max(e.at) as "LastAt"
            from change c
              left join data_plane d on d.api_version_id = {line} and d.environment = {environment} and d.first_seen_at <= c.at and d.seen_at >= c.at - {SilentAfter}
              left join lateral (
                select min(r.enforced_at) as at from data_plane_revision r
                where (r.api_version_id, r.environment, r.client_id, r.instance) = (d.api_version_id, d.environment, d.client_id, d.instance)
                  and r.revision >= c.revision) e on true
            group by 1, 2, 3 order by 1 desc
            """).ToListAsync(cancellation);
    }

    /// <summary>Whether the actor may see what enforces the line.</summary>
    public async Task<bool> MaySeeAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await LineAsync(db, actor, api, version, cancellation) is not null;
    }

    /// <summary>Null when there is no such line whose data planes the actor may see.</summary>
    internal static async Task<Guid?> LineAsync(MarketplaceDb db, Actor actor, string api, string version, CancellationToken cancellation) =>
        await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version)
            .Where(v => actor.ReadsEverything || v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id))
            .Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation);
}
