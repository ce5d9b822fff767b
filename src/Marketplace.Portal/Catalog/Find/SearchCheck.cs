using Marketplace.Core.Catalog.Search.Feed;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Portal.Catalog.Find;

/// <summary>A replica takes no readers before it can find anything.</summary>
internal sealed class SearchCheck(CatalogIndexKeeper keeper) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        keeper.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The catalog is being read into memory."));
}
