namespace Marketplace.Contracts.Rest;

/// <summary>A running copy of a service, as it says of itself.</summary>
/// <param name="Application">Client id of the application that registered it.</param>
/// <param name="Instance">As it calls itself.</param>
/// <param name="Url">Where it is called.</param>
/// <param name="Zone">The failure domain that it stands in; null when it does not say.</param>
/// <param name="Version">The deployment that it is of; null when it does not say.</param>
/// <param name="Weight">Its part of the calls among those beside it.</param>
/// <param name="Share">The percentage of calls that its version gets; null for a part by weight.</param>
/// <param name="State"><c>ready</c>; <c>unhealthy</c>; <c>draining</c>; <c>lapsed</c> when it renews no longer and nothing else is ready.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="RenewedAt">When it was last heard.</param>
public sealed record InstanceBody(
    string Application, string Instance, string Url, string? Zone, string? Version, int Weight, int? Share, string State, DateTimeOffset RegisteredAt, DateTimeOffset RenewedAt);

/// <summary>What the control plane refused a client on a day, for one reason.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="Kind">What was refused: <c>policy</c>, <c>instances</c>, <c>registration</c> or <c>usage</c>.</param>
/// <param name="Application">The client id; null where no good token said who it was.</param>
/// <param name="Reason">The code.</param>
/// <param name="Count">How often.</param>
/// <param name="LastAt">The last time.</param>
/// <param name="Detail">What the last one was told.</param>
public sealed record ControlRefusalBody(DateOnly Day, string Kind, string? Application, string Reason, long Count, DateTimeOffset LastAt, string Detail);
