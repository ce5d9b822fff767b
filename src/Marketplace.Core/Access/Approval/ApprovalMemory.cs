using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval;

/// <summary>
/// What goes on counting when somebody has changed it: how an API's data was classified before it was classified lower,
/// and that a security officer ended access.
/// </summary>
/// <param name="Days">For so long.</param>
public sealed record ApprovalMemory(int Days)
{
    public static ApprovalMemory Usual { get; } = new(30);

    internal DateTimeOffset Since(DateTimeOffset now) => now.AddDays(-Days);

    /// <summary>How the data of each API is classified, or was higher so long ago.</summary>
    internal async Task<IReadOnlyList<Classification>> ClassificationsAsync(MarketplaceDb db, IEnumerable<Guid> apis, DateTimeOffset now, CancellationToken cancellation) =>
        (await db.Database.SqlQuery<string>($"select classification_since(api, {Since(now)}) as \"Value\" from unnest({apis.Distinct().ToArray()}) as api").ToListAsync(cancellation))
            .ConvertAll(StoredEnum.FromWord<Classification>);

    internal async Task<Classification> ClassificationAsync(MarketplaceDb db, Guid api, DateTimeOffset now, CancellationToken cancellation) =>
        (await ClassificationsAsync(db, [api], now, cancellation))[0];
}
