using Microsoft.AspNetCore.Authentication.Cookies;
using Marketplace.ControlPlane;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Portal;
using Marketplace.Tokens;

namespace Marketplace.Host.Setup;

/// <summary>Which planes this process is.</summary>
public static class Planes
{
    public static void AddPlanes(this WebApplicationBuilder builder, HostSettings settings, Storage storage)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(storage.MasterKey);
        builder.Services.AddPlaneData(storage.ConnectionString);
        builder.Services.AddSingleton(builder.Configuration.ReadFetching());
        builder.Services.AddMarketplaceCore();
        builder.AddHealth(settings);
        Telemetry.AddTo(builder);
        if (settings.Has(Plane.Governance)) builder.AddPortal();
        // A proxy that ends TLS speaks plain HTTP to us: what people type says whether a session may travel without it.
        if (settings.PublicUrl.Scheme == Uri.UriSchemeHttps)
            builder.Services.PostConfigureAll<CookieAuthenticationOptions>(session => session.Cookie.SecurePolicy = CookieSecurePolicy.Always);
        builder.WebHost.ConfigureKestrel(KestrelSetup.LimitSlowClients);
        if (settings.Has(Plane.Token)) builder.AddTokenPlane(new() { Issuer = settings.Issuer, MutualTls = builder.AddMutualTls(), Keys = new() { Active = settings.SigningKeyLife } });
        if (settings.Has(Plane.Control)) builder.AddControlPlane(new() { Issuer = settings.Issuer });
    }

    /// <summary>The token and control planes authenticate applications themselves; people's sign-in is not for them.</summary>
    public static void MapPlanes(this WebApplication app, HostSettings settings)
    {
        if (settings.Has(Plane.Governance)) app.MapPortal();
        if (settings.Has(Plane.Token)) app.MapGroup("").AllowAnonymous().MapTokenPlane();
        if (settings.Has(Plane.Control)) app.MapGroup("").AllowAnonymous().MapControlPlane();
    }
}
