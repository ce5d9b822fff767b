using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Policy;

/// <summary>
/// The policy of one ApiVersion in one environment at one policy revision: what a data plane needs to decide
/// every call without asking anybody. It travels as the payload of a JWS with <c>typ</c> <see cref="MediaType"/>.
/// Its size grows with operations plus grants, never with their product.
/// </summary>
public sealed record PolicySnapshot
{
    /// <summary>The JWS <c>typ</c> of a signed snapshot; keeps it from being taken for a token (RFC 8725 §3.11).</summary>
    public const string MediaType = "mkt-snapshot+jwt";

    /// <summary>The marketplace that signed it: its public base URL.</summary>
    [JsonPropertyName("iss")] public required string Issuer { get; init; }

    /// <summary>The audience URI that a token for this ApiVersion and environment carries.</summary>
    [JsonPropertyName("aud")] public required string Audience { get; init; }

    /// <summary>The API's name, such as <c>payments</c>.</summary>
    [JsonPropertyName("api")] public required string Api { get; init; }

    /// <summary>The major line, such as <c>v2</c>.</summary>
    [JsonPropertyName("version")] public required string Version { get; init; }

    /// <summary>The environment, such as <c>production</c>.</summary>
    [JsonPropertyName("env")] public required string Environment { get; init; }

    /// <summary>The policy revision that last changed this snapshot. A data plane never goes back to a lower one.</summary>
    [JsonPropertyName("rev")] public required long Revision { get; init; }

    /// <summary>When the marketplace signed it, in seconds since 1970 (RFC 7519 NumericDate).</summary>
    [JsonPropertyName("iat")] public required long IssuedAt { get; init; }

    /// <summary>Prefix of every path, such as <c>/open-banking/v3.1</c>; empty for none. Never ends with a slash.</summary>
    [JsonPropertyName("basePath")] public string BasePath { get; init; } = "";

    /// <summary>The operations published now. Indexes of removed ones are missing and never come back for another.</summary>
    [JsonPropertyName("operations")] public required IReadOnlyList<PolicyOperation> Operations { get; init; }

    /// <summary>Who may call what and until when; one entry per client, period and plan.</summary>
    [JsonPropertyName("grants")] public required IReadOnlyList<PolicyGrant> Grants { get; init; }

    /// <summary>The limits that grants name; null for none. A reader that knows no plans leaves them out, and limits nothing.</summary>
    [JsonPropertyName("plans"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<PolicyPlan>? Plans { get; init; }

    /// <summary>Who has used up a quota for now; null for nobody. It ends by itself, at the second that it names.</summary>
    [JsonPropertyName("spent"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<SpentQuota>? Spent { get; init; }

    /// <summary>
    /// What is set aside for now; null for nothing. It grants nothing and takes nothing away: what <see cref="Grants"/> do
    /// not cover is refused with or without it, and it says why. A reader that does not know it refuses all the same.
    /// </summary>
    [JsonPropertyName("suspended"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<SuspendedGrant>? Suspended { get; init; }

    /// <summary>
    /// Until this second, since 1970, the line is in shadow mode: what would be refused is let through and reported with
    /// its reason. From then on it is enforced, whether or not a newer snapshot came. Null: it is enforced.
    /// </summary>
    [JsonPropertyName("shadowUntil"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? ShadowUntil { get; init; }
}

/// <summary>One callable endpoint.</summary>
/// <param name="Index">Its bit in <see cref="PolicyGrant.Operations"/> and in a token's <c>ops</c>; 0 to 65,535; never reused.</param>
/// <param name="Key">Its stable name: the operationId, else derived from method and path.</param>
/// <param name="Method">The HTTP method in upper case.</param>
/// <param name="Path">The OpenAPI path template without the base path, such as <c>/payments/{id}</c>.</param>
public sealed record PolicyOperation(
    [property: JsonPropertyName("i")] int Index,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("path")] string Path);

/// <summary>Endpoints that one client may call during one period.</summary>
/// <param name="ClientId">The application's client id, as in a token's <c>client_id</c>.</param>
/// <param name="Operations">base64url bitmap of operation indexes: operation i is bit 0x80 &gt;&gt; (i mod 8) of byte i / 8; trailing zero bytes are left out.</param>
/// <param name="From">First second of validity, since 1970.</param>
/// <param name="Until">First second that is no longer valid, since 1970.</param>
/// <param name="Plan">Its limits, as of <see cref="PolicyPlan.Number"/>; null: nothing limits it.</param>
public sealed record PolicyGrant(
    [property: JsonPropertyName("client")] string ClientId,
    [property: JsonPropertyName("ops")] string Operations,
    [property: JsonPropertyName("from")] long From,
    [property: JsonPropertyName("until")] long Until,
    [property: JsonPropertyName("plan"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Plan = null);

/// <summary>Endpoints of one client that were granted and are set aside.</summary>
/// <param name="ClientId">The application's client id.</param>
/// <param name="Operations">As of <see cref="PolicyGrant.Operations"/>.</param>
/// <param name="Until">First second, since 1970, at which that is over: the suspension ends, or the grant does.</param>
public sealed record SuspendedGrant(
    [property: JsonPropertyName("client")] string ClientId,
    [property: JsonPropertyName("ops")] string Operations,
    [property: JsonPropertyName("until")] long Until);

/// <summary>Source-generated JSON for the snapshot: no reflection, the same bytes everywhere.</summary>
[JsonSerializable(typeof(PolicySnapshot))]
public sealed partial class PolicyJson : JsonSerializerContext;
