using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

/// <summary>What data planes told of the calls that a grant allowed. One that took the place of another goes on with its use.</summary>
/// <param name="LastUsedAt">The minute of the last call; null where none was told of.</param>
/// <param name="Calls">In the last 30 days.</param>
public sealed record GrantUse(DateTimeOffset? LastUsedAt, long Calls)
{
    public static readonly GrantUse None = new(null, 0);

    /// <summary>Of all of these in one question; without those that nobody told of.</summary>
    internal static async Task<IReadOnlyDictionary<Guid, GrantUse>> ReadAsync(MarketplaceDb db, Guid[] grants, DateTimeOffset now, CancellationToken cancellation)
    {
        if (grants.Length == 0)
            return new Dictionary<Guid, GrantUse>();
        var rows = await Used(db, now).Where(row => grants.Contains(row.Grant)).ToListAsync(cancellation);
        return rows.ToDictionary(row => row.Grant, row => new GrantUse(row.LastUsedAt, row.Calls));
    }

    /// <summary>Every grant that somebody told of. The question becomes part of the one that it is asked in.</summary>
    internal static IQueryable<UsedGrant> Used(MarketplaceDb db, DateTimeOffset now) => db.Database.SqlQuery<UsedGrant>(
        $"""
        select g.id as "Grant", o.api_version_id as "Line", o.key as "Operation", p.client_id as "ClientId", g.environment as "Environment",
          g.ended_at is null and g.valid_until > {now} as "Stands", u.last_used_at as "LastUsedAt", coalesce((
            select sum(c.count) from call_series s join call_usage c on c.series_id = s.id and c.span = 86400 and c.start > {now.AddDays(-30)}
            where (s.api_version_id, s.environment, s.client_id, s.operation, s.decision, s.reason)
              = (o.api_version_id, g.environment, p.client_id, o.bit_index, 'allowed', '')), 0)::bigint as "Calls"
        from access_grant g join operation o on o.id = g.operation_id join application p on p.id = g.application_id
          join grant_use u on (u.operation_id, u.environment, u.application_id) = (g.operation_id, g.environment, g.application_id)
        """);

    internal sealed record UsedGrant(
        Guid Grant, Guid Line, string Operation, string ClientId, string Environment, bool Stands, DateTimeOffset LastUsedAt, long Calls);
}
