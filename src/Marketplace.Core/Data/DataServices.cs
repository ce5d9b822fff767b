using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Core.Data;

public static class DataServices
{
    /// <summary>
    /// Holds the model and every query that was compiled, for all data sources of this process. Left to itself, EF makes
    /// them anew for each connection string, and each plane has one of its own.
    /// </summary>
    private static readonly IServiceProvider Shared = new ServiceCollection().AddEntityFrameworkNpgsql().BuildServiceProvider();

    /// <summary>Registers a factory: every use case takes a context of its own for a short while; setting one up costs more than a small query.</summary>
    public static IServiceCollection AddMarketplaceData(this IServiceCollection services, Func<IServiceProvider, NpgsqlDataSource> source) =>
        services.AddPooledDbContextFactory<MarketplaceDb>((provider, options) => Configure(options, source(provider)));

    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) =>
        options.UseNpgsql(source).UseInternalServiceProvider(Shared);
}
