using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// Decisions as metrics and traces, under <see cref="MarketplaceTelemetry"/>'s names. Client and operation are named
/// where a good token and a published endpoint say them, so that nobody can invent series. Costs nothing unheard.
/// </summary>
internal sealed class DecisionTelemetry
{
    private static readonly ActivitySource Source = new(MarketplaceTelemetry.ActivitySourceName);
    private readonly Counter<long> decisions;
    private readonly Histogram<double> duration;

    public DecisionTelemetry(IMeterFactory meters, PolicyHolder holder)
    {
        var meter = meters.Create(MarketplaceTelemetry.MeterName);
        decisions = meter.CreateCounter<long>(MarketplaceTelemetry.Decisions, "{decision}", "Calls decided, by decision, reason, operation and client.");
        // Microseconds, where the default is made for seconds.
        duration = meter.CreateHistogram(MarketplaceTelemetry.DecisionDuration, "s", "Time from the request's headers to the decision.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 0.1, 1, 5] });
        meter.CreateObservableGauge(MarketplaceTelemetry.PolicyAge, () => Age(holder), "s", "Time since the control plane last confirmed the policy in force.");
        meter.CreateObservableGauge(MarketplaceTelemetry.PolicyRevision, () => holder.Current?.Revision ?? 0, "{revision}", "The policy revision in force; 0 before the first.");
    }

    public Call Begin() => new(duration.Enabled ? Stopwatch.GetTimestamp() : 0, Source.StartActivity(MarketplaceTelemetry.DecisionActivity));

    public void End(in Call call, in Decision decision)
    {
        var verdict = decision.IsLetThrough ? "let_through" : decision.IsRefused ? "refused" : "allowed";
        if (decisions.Enabled)
            decisions.Add(1, Tags(decision, verdict));
        if (call.Began != 0)
            duration.Record(Stopwatch.GetElapsedTime(call.Began).TotalSeconds, new KeyValuePair<string, object?>(MarketplaceTelemetry.DecisionTag, verdict));
        if (call.Activity is not { } activity)
            return;
        foreach (var (name, value) in Tags(decision, verdict))
            activity.SetTag(name, value);
        activity.Stop();
    }

    private static TagList Tags(in Decision decision, string verdict)
    {
        var tags = new TagList { { MarketplaceTelemetry.DecisionTag, verdict } };
        if (decision.Reason is not null)
            tags.Add(MarketplaceTelemetry.ReasonTag, decision.Reason);
        if (decision.Operation is not null)
            tags.Add(MarketplaceTelemetry.OperationTag, decision.Operation.Key);
        if (decision.ClientId is not null)
            tags.Add(MarketplaceTelemetry.ClientTag, decision.ClientId);
        return tags;
    }

    private static IEnumerable<Measurement<double>> Age(PolicyHolder holder) => holder.Current is null
        ? []
        : [new(holder.Age.TotalSeconds, new KeyValuePair<string, object?>(MarketplaceTelemetry.SourceTag, holder.Source))];

    /// <summary>A call that is being decided.</summary>
    internal readonly record struct Call(long Began, Activity? Activity);
}
