using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Marketplace.ControlPlane;
using Marketplace.Core;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Marketplace.Host.Demo;
using Marketplace.Portal;
using Marketplace.Portal.Catalog.Try;
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
        builder.Services.AddSingleton(builder.Configuration.ReadFetching(settings));
        builder.Services.AddSingleton(builder.Configuration.ReadEndDates());
        builder.Services.AddSingleton(builder.Configuration.ReadEmergencies());
        builder.Services.AddSingleton(builder.Configuration.ReadMemory());
        builder.Services.AddSingleton(builder.Configuration.ReadRenewalDays());
        builder.Services.AddSingleton(new PlatformTeam(settings.PlatformTeam ?? (settings.Demo ? DemoBank.PlatformTeam : null)));
        builder.AddSignIn();
        builder.Services.AddSingleton(builder.Configuration.ReadTelling(settings));
        builder.Services.AddMarketplaceCore();
        builder.AddHealth(settings);
        Telemetry.AddTo(builder);
        if (settings.Has(Plane.Governance)) builder.AddPortal(settings.PublicUrl);
        builder.Services.AddSingleton<TokenPlaneAddress>(provider => new(() => settings.TokenUrl ?? OwnAddress(provider, settings) ?? settings.PublicUrl));
        // A proxy that ends TLS speaks plain HTTP to us: what people type says whether a session may travel without it.
        if (settings.PublicUrl.Scheme == Uri.UriSchemeHttps)
            builder.Services.PostConfigureAll<CookieAuthenticationOptions>(session => session.Cookie.SecurePolicy = CookieSecurePolicy.Always);
        builder.WebHost.ConfigureKestrel(KestrelSetup.LimitSlowClients);
        if (settings.Has(Plane.Token)) builder.AddTokenPlane(new() { Issuer = settings.Issuer, MutualTls = builder.AddMutualTls(), Keys = new() { Active = settings.SigningKeyLife } });
        if (settings.Has(Plane.Control)) builder.AddControlPlane(new() { Issuer = settings.Issuer });
    }

    /// <summary>Where the token plane of this process listens: what is public may be the other side of a proxy.</summary>
    private static Uri? OwnAddress(IServiceProvider provider, HostSettings settings) => settings.Has(Plane.Token)
        ? provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            .Where(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)).Select(BindingAddress.Parse)
            .Select(address => new UriBuilder("http", address.Host is "*" or "+" or "[::]" or "0.0.0.0" ? "localhost" : address.Host, address.Port).Uri).FirstOrDefault()
        : null;

    /// <summary>The token and control planes authenticate applications themselves; people's sign-in is not for them.</summary>
    public static void MapPlanes(this WebApplication app, HostSettings settings)
    {
        app.UseForwardedHeaders();
        if (settings.Has(Plane.Governance)) app.MapPortal();
        if (settings.Has(Plane.Token)) app.MapGroup("").AllowAnonymous().MapTokenPlane();
        if (settings.Has(Plane.Control)) app.MapGroup("").AllowAnonymous().MapControlPlane();
        EndpointsMadeOnce.In(app);
    }
}
