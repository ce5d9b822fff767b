using Marketplace.Core.Catalog.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Core.Catalog;

public static class CatalogServices
{
    /// <summary>Publishing, finding and reading APIs.</summary>
    internal static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<CreateApi>().AddSingleton<PublishSpec>();
}
