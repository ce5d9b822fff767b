using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Data;

internal static class CustomPlans
{
    /// <summary>
    /// Until it is disposed of, each query is planned for the values that it has: a plan for any values takes every range
    /// for short and every word for seldom.
    /// </summary>
    public static async Task<IAsyncDisposable> PlanAnewAsync(this MarketplaceDb db, CancellationToken cancellation)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"set local plan_cache_mode = force_custom_plan", cancellation);
        return transaction;
    }
}
