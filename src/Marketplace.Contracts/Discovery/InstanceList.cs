using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Discovery;

/// <summary>
/// Where an ApiVersion runs in one environment: what a caller needs to choose an instance without asking anybody. It
/// travels as the payload of a JWS with <c>typ</c> <see cref="MediaType"/>.
/// </summary>
public sealed record InstanceList
{
    /// <summary>The JWS <c>typ</c> of a signed list; keeps it from being taken for a token or a policy (RFC 8725 §3.11).</summary>
    public const string MediaType = "mkt-instances+jwt";

    /// <summary>The marketplace that signed it: its public base URL.</summary>
    [JsonPropertyName("iss")] public required string Issuer { get; init; }

    /// <summary>The audience URI that a token for these instances carries.</summary>
    [JsonPropertyName("aud")] public required string Audience { get; init; }

    /// <summary>The API's name, such as <c>payments</c>.</summary>
    [JsonPropertyName("api")] public required string Api { get; init; }

    /// <summary>The major line, such as <c>v2</c>.</summary>
    [JsonPropertyName("version")] public required string Version { get; init; }

    /// <summary>The environment, such as <c>production</c>.</summary>
    [JsonPropertyName("env")] public required string Environment { get; init; }

    /// <summary>Grows with every change of any list; 0 where no instance ever registered.</summary>
    [JsonPropertyName("rev")] public required long Revision { get; init; }

    /// <summary>When the marketplace signed it, in seconds since 1970 (RFC 7519 NumericDate).</summary>
    [JsonPropertyName("iat")] public required long IssuedAt { get; init; }

    /// <summary>All that hold a lease, whatever their state.</summary>
    [JsonPropertyName("instances")] public required IReadOnlyList<ServiceInstance> Instances { get; init; }
}

/// <summary>One running copy of a service.</summary>
/// <param name="Id">As it calls itself, such as the name of its pod.</param>
/// <param name="Url">Where it is called: scheme, host, port, and a path in front of all others where there is one.</param>
/// <param name="Zone">The failure domain that it stands in; null when it does not say.</param>
/// <param name="Version">The deployment that it is of, such as <c>2.4.1</c>; null when it does not say.</param>
/// <param name="Weight">See <see cref="InstanceRegistration.Weight"/>.</param>
/// <param name="Share">See <see cref="InstanceRegistration.Share"/>.</param>
/// <param name="State">One of <see cref="InstanceState"/>.</param>
public sealed record ServiceInstance(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("zone")] string? Zone,
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("weight")] int Weight,
    [property: JsonPropertyName("share")] int? Share,
    [property: JsonPropertyName("state")] string State);

/// <summary>What an instance is up to.</summary>
public static class InstanceState
{
    /// <summary>It takes calls.</summary>
    public const string Ready = "ready";

    /// <summary>It says itself that it cannot serve; called only where nothing better is left.</summary>
    public const string Unhealthy = "unhealthy";

    /// <summary>It is about to stop: no new calls; those under way are answered.</summary>
    public const string Draining = "draining";

    /// <summary>It renewed no longer and nothing else is ready: called only because there is nothing better. Nobody registers as this.</summary>
    public const string Lapsed = "lapsed";
}

/// <summary>Source-generated JSON: no reflection, the same bytes everywhere.</summary>
[JsonSerializable(typeof(InstanceList))]
[JsonSerializable(typeof(InstanceRegistration))]
public sealed partial class DiscoveryJson : JsonSerializerContext;
