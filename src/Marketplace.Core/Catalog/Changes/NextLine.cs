using System.Globalization;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>The first major line that is free above all others.</summary>
internal static class NextLine
{
    public static async Task<string> OfAsync(MarketplaceDb db, Guid apiId, CancellationToken cancellation)
    {
        var lines = await db.ApiVersions.Where(v => v.ApiId == apiId).Select(v => v.Version).ToListAsync(cancellation);
        var newest = lines.Select(v => int.TryParse(v.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty(0).Max();
        return string.Create(CultureInfo.InvariantCulture, $"v{newest + 1}");
    }
}
