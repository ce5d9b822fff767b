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

    /// <summary>Gauge, seconds: since the control plane last confirmed the policy in force; nothing before the first policy. Tag: <see cref="SourceTag"/>.</summary>
    public const string PolicyAge = "marketplace.policy.age";

    /// <summary>Gauge: the policy revision in force; 0 before the first.</summary>
    public const string PolicyRevision = "marketplace.policy.revision";

    /// <summary>The activity of a decision; it carries the same tags as <see cref="Decisions"/>.</summary>
    public const string DecisionActivity = "marketplace.decide";

    /// <summary>Gauge: instances that a client of an API knows and that are not out. Tag: <see cref="ApiTag"/>.</summary>
    public const string Instances = "marketplace.client.instances";

    /// <summary>Counter: calls sent once more, to another instance. Tag: <see cref="ApiTag"/>.</summary>
    public const string Retries = "marketplace.client.retries";

    /// <summary>Counter: instances put out for a while. Tag: <see cref="ApiTag"/>.</summary>
    public const string Ejections = "marketplace.client.ejections";

    /// <summary>Tag: the API's name.</summary>
    public const string ApiTag = "marketplace.api";

    /// <summary>Tag: <c>allowed</c>, <c>refused</c>, or <c>let_through</c>: shadow mode served what would have been refused.</summary>
    public const string DecisionTag = "marketplace.decision";

    /// <summary>Tag: the reason code of a refusal, made or withheld by shadow mode, such as <c>grant_ended</c>.</summary>
    public const string ReasonTag = "marketplace.reason";

    /// <summary>
    /// Tag: what decisions stand on: <c>marketplace</c>, <c>disk</c> (this service's own copy, since the start), or
    /// <c>token</c> (the policy is older than <see cref="MarketplaceOptions.MaxPolicyAge"/>).
    /// </summary>
    public const string SourceTag = "marketplace.policy.source";

    /// <summary>Tag: the operation's key.</summary>
    public const string OperationTag = "marketplace.operation";

    /// <summary>Tag: the client id that a good token names.</summary>
    public const string ClientTag = "marketplace.client";
}
