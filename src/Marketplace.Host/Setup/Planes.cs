using Marketplace.Core;
using Marketplace.Core.Data;

namespace Marketplace.Host.Setup;

public static class Planes
{
    public static void AddPlanes(this WebApplicationBuilder builder, HostSettings settings, Storage storage)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(storage.MasterKey);
        builder.Services.AddPlaneData(storage.ConnectionString);
        builder.Services.AddMarketplaceCore();
        builder.AddHealth(settings);
    }

    public static void MapPlanes(this WebApplication app, HostSettings settings)
    {
        _ = settings;
        app.UseRouting();
    }
}
