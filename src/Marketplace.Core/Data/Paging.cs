using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Data;

public static class Paging
{
    /// <summary>Cuts a page in the database. The query must be ordered by something unique.</summary>
    public static async Task<Page<T>> ToPageAsync<T>(this IQueryable<T> query, PageRequest request, CancellationToken cancellation)
    {
        if (request.MostCounted is { } enoughCounted && request.Skip + request.Size > enoughCounted)
        {
            // Nobody counts on: one more than is shown tells whether there are any.
            var rows = await query.Skip(request.Skip).Take(request.Size + 1).ToListAsync(cancellation);
            if (rows.Count > 0 || request.Skip == 0)
                return new Page<T>([.. rows.Take(request.Size)], request.Skip + rows.Count, request) { IsMore = rows.Count > request.Size };
        }

        var items = await query.Skip(request.Skip).Take(request.Size).ToListAsync(cancellation);
        // A page that is not full is the last, and says how many there are.
        if (items.Count < request.Size && (items.Count > 0 || request.Skip == 0))
            return new Page<T>(items, request.Skip + items.Count, request);
        if (request.MostCounted is not { } most)
            return new Page<T>(items, await query.CountAsync(cancellation), request);
        var enough = Math.Max(most, request.Skip + request.Size) + 1;
        var counted = await query.Take(enough).CountAsync(cancellation);
        return new Page<T>(items, counted, request) { IsMore = counted == enough };
    }
}
