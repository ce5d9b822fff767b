using Marketplace.Contracts.Usage;
using Marketplace.ControlPlane.DataPlanes;
using Marketplace.ControlPlane.Discovery;
using Marketplace.ControlPlane.Pullers;
using Marketplace.ControlPlane.Refusals;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.ControlPlane.Usage;
using Microsoft.AspNetCore.Builder;
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
        services.AddSingleton<NewerElsewhere>();
        services.AddSingleton<Leases>();
        services.AddSingleton<InstanceBuilder>();
        services.AddSingleton<InstanceLists>();
        services.AddSingleton<InstanceReaders>();
        services.AddSingleton<InstanceEndpoints>();
        services.AddSingleton<LeaseWriter>();
        services.AddSingleton<RefusalTally>();
        services.AddSingleton<UsageRate>();
        services.AddSingleton<UsageIntake>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<UsageEndpoint>();
        services.AddHostedService<ControlRefresher>();
        services.AddHostedService<SightingWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseWriter>());
        services.AddHostedService<InstanceFollower>();
        services.AddHostedService<RefusalWriter>();
        services.AddHostedService<UsageWriter>();
        services.AddHealthChecks().AddCheck<ControlState>(HealthCheck, tags: ["ready"]);
        return builder;
    }

    public static IEndpointRouteBuilder MapControlPlane(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var refusals = services.GetRequiredService<RefusalTally>();
        var instances = services.GetRequiredService<InstanceEndpoints>();
        const string list = "/control/v1/instances/{api}/{version}/{environment}", instance = list + "/{instance}";
        app.MapGet("/control/v1/snapshots/{api}/{version}/{environment}", refusals.Watching("policy", services.GetRequiredService<SnapshotEndpoint>().HandleAsync));
        app.MapGet(list, refusals.Watching("instances", instances.ListAsync));
        app.MapPut(instance, refusals.Watching("registration", instances.PutAsync));
        app.MapDelete(instance, refusals.Watching("registration", instances.DeleteAsync));
        app.MapPost("/" + UsageReport.Path, refusals.Watching("usage", services.GetRequiredService<UsageEndpoint>().HandleAsync));
        return app;
    }
}
