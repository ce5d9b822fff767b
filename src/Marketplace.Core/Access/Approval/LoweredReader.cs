using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval;

/// <param name="Classification">By which requests go still.</param>
/// <param name="Until">Then the lower one counts.</param>
public sealed record LoweredData(string Classification, DateTimeOffset Until);

/// <summary>That an API's data was classified lower, for whoever did it and for those who ask.</summary>
public sealed class LoweredReader(IDbContextFactory<MarketplaceDb> databases, ApprovalMemory memory, TimeProvider clock)
{
    /// <summary>Null where requests go by the classification that it has.</summary>
    public async Task<LoweredData?> OfAsync(string api, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.SqlQuery<LoweredData>(
            $"""
            select c.classification as "Classification", c.until + make_interval(days => {memory.Days}) as "Until"
            from api a join api_classification c on c.api_id = a.id and c.classification = classification_since(a.id, {memory.Since(clock.GetUtcNow())})
            where a.name = {api} and c.classification <> a.classification
            """).SingleOrDefaultAsync(cancellation);
    }
}
