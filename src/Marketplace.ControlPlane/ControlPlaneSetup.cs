using Marketplace.ControlPlane.DataPlanes;
using Marketplace.ControlPlane.Pullers;
using Marketplace.ControlPlane.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Marketplace.ControlPlane;

/// <summary>
/// The control plane, to be composed into a host, which registers <see cref="Core.Data.PlaneData"/> and the
/// <see cref="Core.Keys.MasterKey"/>.
/// </summary>
public static class ControlPlaneSetup
{
    /// <summary>The health check's name; tagged "ready".</summary>
    public const string HealthCheck = "control-plane";

    public static IHostApplicationBuilder AddControlPlane(this IHostApplicationBuilder builder, ControlPlaneOptions options)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ControlQueries>();
        services.AddSingleton<SnapshotBuilder>();
        services.AddSingleton<SnapshotCache>();
        services.AddSingleton<ControlState>();
        services.AddSingleton<PullerAuthenticator>();
        services.AddSingleton<ControlDoor>();
        services.AddSingleton<SnapshotAnswer>();
        services.AddSingleton<SnapshotEndpoint>();
        services.AddSingleton<Sightings>();
        services.AddHostedService<ControlRefresher>();
        services.AddHostedService<SightingWriter>();
        services.AddHealthChecks().AddCheck<ControlState>(HealthCheck, tags: ["ready"]);
        return builder;
    }

    public static IEndpointRouteBuilder MapControlPlane(this IEndpointRouteBuilder app)
    {
        app.MapGet("/control/v1/snapshots/{api}/{version}/{environment}",
            (RequestDelegate)app.ServiceProvider.GetRequiredService<SnapshotEndpoint>().HandleAsync);
        return app;
    }
}
