using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Data;

public static class Paging
{
    /// <summary>Cuts a page in the database. The query must be ordered by something unique.</summary>
    public static async Task<Page<T>> ToPageAsync<T>(this IQueryable<T> query, PageRequest request, CancellationToken cancellation)
    {
        var total = await query.CountAsync(cancellation);
        var items = total == 0 ? [] : await query.Skip(request.Skip).Take(request.Size).ToListAsync(cancellation);
        return new Page<T>(items, total, request);
    }
}
