using Marketplace.Core.Notifications.Outbox;
using Marketplace.Tokens;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Marketplace.Host.Setup;

/// <summary>
/// OpenTelemetry metrics and traces to a collector, when OTEL_EXPORTER_OTLP_ENDPOINT names one; the exporter reads the
/// other OTEL_ variables itself. Without it nobody listens to the framework's meters and activities, nor to ours.
/// </summary>
public sealed class Telemetry : IHostedService, IDisposable
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters =
        [TokenPlane.Meter, OutboxMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Npgsql"];

    private readonly List<IDisposable> _providers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("marketplace").AddEnvironmentVariableDetector();
        _providers.Add(Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build());
        _providers.Add(Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter().Build());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what waits.</summary>
    public void Dispose() => _providers.ForEach(provider => provider.Dispose());

    public static void AddTo(WebApplicationBuilder builder)
    {
        if (!string.IsNullOrWhiteSpace(builder.Configuration[Variable])) builder.Services.AddHostedService<Telemetry>();
    }
}
