using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Discovery;

/// <param name="Day">In UTC.</param>
/// <param name="Kind">What was refused: policy, instances, registration or usage.</param>
/// <param name="ClientId">Empty where no good token said who it was.</param>
/// <param name="Application">What people call it.</param>
/// <param name="Reason">The code.</param>
/// <param name="Count">How often on that day.</param>
/// <param name="LastAt">The last time.</param>
/// <param name="Detail">What the last one was told.</param>
public sealed record ControlRefusalRow(DateOnly Day, string Kind, string ClientId, string Application, string Reason, long Count, DateTimeOffset LastAt, string Detail);

/// <summary>What the control plane refused in the last 30 days: for those who read everything.</summary>
public sealed class RefusalReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>The newest first. Null when the actor may not see them.</summary>
    public async Task<Page<ControlRefusalRow>?> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        if (!actor.ReadsEverything)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.SqlQuery<ControlRefusalRow>(
            $"""
            select r.day as "Day", r.kind as "Kind", r.client_id as "ClientId", coalesce(p.name, '') as "Application", r.reason as "Reason",
              r.count as "Count", r.last_at as "LastAt", r.detail as "Detail"
            from control_refusal r left join application p on p.client_id = r.client_id
            """).OrderByDescending(r => r.LastAt).ThenBy(r => r.Kind).ThenBy(r => r.ClientId).ThenBy(r => r.Reason).ThenBy(r => r.Day).ToPageAsync(page, cancellation);
    }
}
