using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Shell;

internal static class RequestDb
{
    /// <summary>A short-lived context for a page's own query.</summary>
    public static Task<MarketplaceDb> DbAsync(this HttpContext context, CancellationToken cancellation) =>
        context.RequestServices.GetRequiredService<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
}
