using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.DataPlanes;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Discovery;

/// <param name="ClientId">The application that registered it.</param>
/// <param name="Application">What people call that.</param>
/// <param name="Instance">As it calls itself.</param>
/// <param name="Url">Where it is called.</param>
/// <param name="Zone">Null when it does not say.</param>
/// <param name="Version">The deployment; null when it does not say.</param>
/// <param name="Weight">Its part among those beside it.</param>
/// <param name="Share">The percentage that its version gets; null for a part by weight.</param>
/// <param name="State">ready, unhealthy, draining, or lapsed: the last one is kept although it renews no longer.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="RenewedAt">When it was last heard.</param>
public sealed record InstanceRow(
    string ClientId, string Application, string Instance, string Url, string? Zone, string? Version, int Weight, int? Share, string State,
    DateTimeOffset RegisteredAt, DateTimeOffset RenewedAt);

/// <summary>Where a line runs: for its team and those who read everything.</summary>
public sealed class InstanceReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Null when there is no such line whose instances the actor may see.</summary>
    public async Task<Page<InstanceRow>?> ListAsync(
        Actor actor, string api, string version, string environment, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await DataPlaneReader.LineAsync(db, actor, api, version, cancellation) is not { } line ? null : await db.Database.SqlQuery<InstanceRow>(
            $"""
            select i.client_id as "ClientId", coalesce(p.name, i.client_id) as "Application", i.instance as "Instance", i.url as "Url", i.zone as "Zone",
              i.version as "Version", i.weight as "Weight", i.share as "Share", i.state as "State", i.registered_at as "RegisteredAt", i.renewed_at as "RenewedAt"
            from service_instance i left join application p on p.client_id = i.client_id
            where i.api_version_id = {line} and i.environment = {environment}
            """).OrderBy(i => i.Version).ThenBy(i => i.Instance).ThenBy(i => i.ClientId).ToPageAsync(page, cancellation);
    }
}
