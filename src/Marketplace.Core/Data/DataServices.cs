using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Core.Data;

public static class DataServices
{
    /// <summary>Registers a factory: every use case makes its own short-lived context.</summary>
    public static IServiceCollection AddMarketplaceData(this IServiceCollection services, Func<IServiceProvider, NpgsqlDataSource> source) =>
        services.AddDbContextFactory<MarketplaceDb>((provider, options) => Configure(options, source(provider)));

    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) => options.UseNpgsql(source);
}
