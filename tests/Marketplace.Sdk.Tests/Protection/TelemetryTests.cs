using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Each_decision_is_counted_timed_and_traced_with_client_and_operation()
    {
        await using var marketplace = await TestMarketplace.StartAsync();
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        var meters = service.Services.GetRequiredService<IMeterFactory>();
        var measured = new ConcurrentQueue<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // Other services of this process have meters of the same name.
                if (instrument.Meter.Name == MarketplaceTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Text(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Text(tags))));
        listener.Start();
        var traced = new ConcurrentQueue<string>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MarketplaceTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => traced.Enqueue($"{activity.OperationName} {Text(activity.TagObjects.ToArray())}"),
        };
        ActivitySource.AddActivityListener(activities);

        await service.GetAsync("/bank/v1/payments", marketplace.Issuer);
        await service.GetAsync("/bank/v1/accounts/admin", marketplace.Issuer);
        await service.GetAsync("/bank/v1/payments", marketplace.Issuer, TokenKind.WrongSignature);
        listener.RecordObservableInstruments();

        string[] expected =
        [
            "marketplace.client=app_shop marketplace.decision=allowed marketplace.operation=listPayments",
            $"marketplace.client=app_shop marketplace.decision=refused marketplace.operation=getAdminAccount marketplace.reason={ReasonCode.OperationNotGranted}",
            $"marketplace.decision=refused marketplace.reason={ReasonCode.TokenSignature}",
        ];
        Assert.Equal(expected, measured.Where(one => one.Name == MarketplaceTelemetry.Decisions).Select(one => one.Tags));
        Assert.All(expected, tags => Assert.Contains("marketplace.decide " + tags, traced));
        var times = measured.Where(one => one.Name == MarketplaceTelemetry.DecisionDuration).ToList();
        Assert.Equal(["marketplace.decision=allowed", "marketplace.decision=refused", "marketplace.decision=refused"], times.Select(one => one.Tags));
        Assert.All(times, one => Assert.InRange(one.Value, 1e-7, 5));
        Assert.Equal(7, measured.Single(one => one.Name == MarketplaceTelemetry.PolicyRevision).Value);
        Assert.InRange(measured.Single(one => one.Name == MarketplaceTelemetry.PolicyAge).Value, 0, 60);
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
}
