using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.DataPlanes;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ending;

/// <summary>How far the newest change of an application has got at one line.</summary>
/// <param name="DataPlanes">Those that live.</param>
/// <param name="Enforced">How many of them enforce it.</param>
/// <param name="LetsThrough">The line is in shadow mode there: nobody is refused.</param>
public sealed record StopReach(string Api, string ApiTitle, string Version, string Environment, int Grants, int DataPlanes, int Enforced, bool LetsThrough)
{
    public bool IsDone => !LetsThrough && DataPlanes > 0 && Enforced == DataPlanes;
}

/// <param name="Revision">The policy revision of the newest change; null where there was none.</param>
/// <param name="Instances">What is still listed of it for callers.</param>
public sealed record StopView(ApplicationDetails Application, long? Revision, int Instances, IReadOnlyList<StopReach> Lines, bool MayStop)
{
    public int DataPlanes => Lines.Sum(l => l.DataPlanes);

    public int Enforced => Lines.Sum(l => l.Enforced);
}

public sealed class StopReader(IDbContextFactory<MarketplaceDb> databases, ApplicationReader applications, TimeProvider clock)
{
    /// <summary>Null where there is no such application that the actor sees.</summary>
    public async Task<StopView?> FindAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        if (await applications.FindAsync(actor, clientId, cancellation) is not { } application)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (now, alive) = (clock.GetUtcNow(), clock.GetUtcNow() - DataPlaneReader.SilentAfter);
        var revision = await db.PolicyChanges.Where(c => c.ApplicationId == application.Id).MaxAsync(c => (long?)c.Revision, cancellation);
        var lines = await db.Database.SqlQuery<StopReach>(
            $"""
            select a.name as "Api", a.title as "ApiTitle", v.version as "Version", l.environment as "Environment", l.grants as "Grants",
              count(d.client_id)::int as "DataPlanes", (count(d.client_id) filter (where d.revision >= {revision ?? 0}))::int as "Enforced",
              exists (select from shadow_mode s where s.api_version_id = v.id and s.environment = l.environment and s.began_at is not null and s.until > {now}) as "LetsThrough"
            from (select api_version_id, environment, count(*)::int as grants from access_grant
                where application_id = {application.Id} and ended_at is null and valid_until > {now} group by 1, 2) l
              join api_version v on v.id = l.api_version_id join api a on a.id = v.api_id
              left join data_plane d on d.api_version_id = v.id and d.environment = l.environment and d.seen_at >= {alive}
            group by a.id, v.id, l.environment, l.grants
            """).ToListAsync(cancellation);
        var instances = await db.Database.SqlQuery<int>(
            $"""select count(*)::int as "Value" from service_instance where client_id = {clientId} and state <> 'lapsed'""").SingleAsync(cancellation);
        return new(
            application, revision, instances,
            [.. lines.OrderBy(l => l.IsDone).ThenBy(l => l.ApiTitle, StringComparer.Ordinal).ThenBy(l => l.Version, StringComparer.Ordinal).ThenBy(l => l.Environment, StringComparer.Ordinal)],
            application.DeletedAt is null && (application.MayChange || actor.Role is PlatformRole.SecurityOfficer));
    }
}
