using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Core.Data;

/// <summary>The planes, by the names they have in configuration and in the keys of their services.</summary>
public static class Plane
{
    public const string Governance = "governance";
    public const string Token = "token";
    public const string Control = "control";

    public static readonly string[] All = [Governance, Token, Control];
}

public static class PlaneData
{
    /// <summary>
    /// Registers for each plane, keyed by its name, an <see cref="NpgsqlDataSource"/> and a context factory that work
    /// under the role of db/migrations/0002: <c>[FromKeyedServices(Plane.Token)]</c>. Without a key they are governance's.
    /// </summary>
    public static IServiceCollection AddPlaneData(this IServiceCollection services, string connectionString)
    {
        foreach (var plane in Plane.All)
        {
            services.AddKeyedSingleton(plane, (_, _) => NpgsqlDataSource.Create(UnderRole(connectionString, plane)));
            services.AddKeyedSingleton<IDbContextFactory<MarketplaceDb>>(plane, (provider, key) => new PooledDbContextFactory<MarketplaceDb>(
                (DbContextOptions<MarketplaceDb>)DataServices.Configure(new DbContextOptionsBuilder<MarketplaceDb>(), provider.GetRequiredKeyedService<NpgsqlDataSource>(key)).Options));
        }
        services.AddSingleton(provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(Plane.Governance));
        return services.AddMarketplaceData(provider => provider.GetRequiredService<NpgsqlDataSource>());
    }

    public static string UnderRole(string connectionString, string plane)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{settings.Options} -c role=marketplace_{plane}".Trim();
        settings.ApplicationName ??= $"marketplace-{plane}";
        if (plane == Plane.Governance)
        {
            // Pages and searches ask the same few questions: planning them anew took longer than answering.
            if (settings.MaxAutoPrepare == 0)
                settings.MaxAutoPrepare = 64;
            // Resetting a connection before each use cost a third of a small query. There is nothing to reset: what governance
            // sets or locks ends with its transaction, and who listens stops listening (PolicyWatch).
            settings.NoResetOnClose = true;
            return settings.ConnectionString;
        }
        // These go on without the database, and must know soon that they do: nobody waits for one that hangs, nor for its
        // leave to stop waiting. What takes longer says so itself.
        Set("Timeout", 3, value => settings.Timeout = value);
        Set("Cancellation Timeout", -1, value => settings.CancellationTimeout = value);
        if (plane == Plane.Token)
            Set("Command Timeout", 5, value => settings.CommandTimeout = value);
        return settings.ConnectionString;

        void Set(string name, int value, Action<int> set)
        {
            if (!settings.ShouldSerialize(name))
                set(value);
        }
    }
}
