namespace Marketplace.Sdk;

/// <summary>The names under which a protected service's decisions are found by OpenTelemetry and any other listener.</summary>
public static class MarketplaceTelemetry
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Marketplace.Sdk";

    /// <summary>The source of activities; one per decision.</summary>
    public const string ActivitySourceName = "Marketplace.Sdk";

    /// <summary>Counter: calls decided. All four tags; reason only where refused or let through, client and operation only where known.</summary>
    public const string Decisions = "marketplace.decisions";

    /// <summary>Histogram, seconds: from the request's headers to the decision. Tag: <see cref="DecisionTag"/>.</summary>
    public const string DecisionDuration = "marketplace.decision.duration";

    /// <summary>Gauge, seconds: since the control plane last confirmed the policy in force; nothing before the first policy.</summary>
    public const string PolicyAge = "marketplace.policy.age";

    /// <summary>Gauge: the policy revision in force; 0 before the first.</summary>
    public const string PolicyRevision = "marketplace.policy.revision";

    /// <summary>The activity of a decision; it carries the same tags as <see cref="Decisions"/>.</summary>
    public const string DecisionActivity = "marketplace.decide";

    /// <summary>Tag: <c>allowed</c>, <c>refused</c>, or <c>let_through</c>: shadow mode served what would have been refused.</summary>
    public const string DecisionTag = "marketplace.decision";

    /// <summary>Tag: the reason code of a refusal, made or withheld by shadow mode, such as <c>grant_ended</c>.</summary>
    public const string ReasonTag = "marketplace.reason";

    /// <summary>Tag: the operation's key.</summary>
    public const string OperationTag = "marketplace.operation";

    /// <summary>Tag: the client id that a good token names.</summary>
    public const string ClientTag = "marketplace.client";
}
