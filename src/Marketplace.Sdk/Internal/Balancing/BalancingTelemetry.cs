using System.Diagnostics.Metrics;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>What calls to other services go through, under <see cref="MarketplaceTelemetry"/>'s names.</summary>
internal sealed class BalancingTelemetry
{
    private readonly Meter meter;
    private readonly Counter<long> retries;
    private readonly Counter<long> ejections;

    public BalancingTelemetry(IMeterFactory meters)
    {
        meter = meters.Create(MarketplaceTelemetry.MeterName);
        retries = meter.CreateCounter<long>(MarketplaceTelemetry.Retries, "{retry}", "Calls sent once more, to another instance.");
        ejections = meter.CreateCounter<long>(MarketplaceTelemetry.Ejections, "{ejection}", "Instances that get no calls for a while.");
    }

    public void Watch(ApiName api, Balancer balancer) => meter.CreateObservableGauge(
        MarketplaceTelemetry.Instances, () => new Measurement<int>(balancer.Endpoints.Count(e => e.Standing.EjectedUntil == 0), Tag(api)), "{instance}", "Instances known and not out.");

    public void Retried(ApiName api) => retries.Add(1, Tag(api));

    public void Ejected(ApiName api) => ejections.Add(1, Tag(api));

    private static KeyValuePair<string, object?> Tag(ApiName api) => new(MarketplaceTelemetry.ApiTag, api.Name);
}
