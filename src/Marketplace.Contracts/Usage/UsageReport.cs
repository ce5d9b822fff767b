using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Usage;

/// <summary>
/// What a data plane counted since its last report, posted to <see cref="Path"/> with its token for the control plane.
/// One is under way at a time; until it is answered, the same report is sent again and counts once.
/// </summary>
public sealed record UsageReport
{
    /// <summary>Where reports are posted, without a slash in front.</summary>
    public const string Path = "control/v1/usage";

    /// <summary>The API, such as <c>payments</c>.</summary>
    [JsonPropertyName("api")] public required string Api { get; init; }

    /// <summary>The major line, such as <c>v2</c>.</summary>
    [JsonPropertyName("version")] public required string Version { get; init; }

    /// <summary>The environment, such as <c>production</c>.</summary>
    [JsonPropertyName("env")] public required string Environment { get; init; }

    /// <summary>When the data plane began to count, in milliseconds since 1970: with the name of the instance, which run of it this is.</summary>
    [JsonPropertyName("start")] public required long Start { get; init; }

    /// <summary>1, 2, 3… per start.</summary>
    [JsonPropertyName("seq")] public required long Sequence { get; init; }

    /// <summary>At most <see cref="UsageLimits.MaxRows"/>.</summary>
    [JsonPropertyName("rows")] public required IReadOnlyList<UsageRow> Rows { get; init; }

    /// <summary>Calls since the last report for which there was no room.</summary>
    [JsonPropertyName("dropped"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long Dropped { get; init; }
}

/// <summary>Calls of one minute that are alike.</summary>
public sealed record UsageRow
{
    /// <summary>The minute in which they were answered: its first second, since 1970.</summary>
    [JsonPropertyName("minute")] public required long Minute { get; init; }

    /// <summary>Client id; null where no good token said one.</summary>
    [JsonPropertyName("client")] public string? Client { get; init; }

    /// <summary>The operation's index in the policy; null where none matched.</summary>
    [JsonPropertyName("op")] public int? Operation { get; init; }

    /// <summary>One of <see cref="UsageDecision"/>.</summary>
    [JsonPropertyName("decision")] public required string Decision { get; init; }

    /// <summary>The reason code; null where allowed.</summary>
    [JsonPropertyName("reason")] public string? Reason { get; init; }

    /// <summary>Only where shadow mode let a call through that matched no operation: its method.</summary>
    [JsonPropertyName("method")] public string? Method { get; init; }

    /// <summary>Only where shadow mode let a call through that matched no operation: its path without the query.</summary>
    [JsonPropertyName("path")] public string? Path { get; init; }

    /// <summary>Calls.</summary>
    [JsonPropertyName("count")] public required long Count { get; init; }

    /// <summary>Calls of these that the service answered with 5xx.</summary>
    [JsonPropertyName("errors"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long Errors { get; init; }

    /// <summary>How many of them took how long: one number per bucket of <see cref="LatencyBuckets"/>; zeros at the end may be left out.</summary>
    [JsonPropertyName("buckets")] public required IReadOnlyList<long> Buckets { get; init; }
}

/// <summary>What was done with calls.</summary>
public static class UsageDecision
{
    /// <summary>Served, as granted.</summary>
    public const string Allowed = "allowed";

    /// <summary>Not served.</summary>
    public const string Refused = "refused";

    /// <summary>Served in shadow mode, in spite of the reason.</summary>
    public const string LetThrough = "let_through";
}

/// <summary>The answer to a report that was taken.</summary>
/// <param name="Counted">Rows that count from now on; those of a report that had been counted before as well.</param>
/// <param name="Ignored">Rows left out since they name a client or an operation that this marketplace does not know.</param>
public sealed record UsageReceipt(
    [property: JsonPropertyName("counted")] int Counted,
    [property: JsonPropertyName("ignored")] int Ignored);

/// <summary>Source-generated JSON that takes nothing twice, nothing unknown and nothing missing.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Strict, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 4)]
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(UsageReceipt))]
public sealed partial class UsageJson : JsonSerializerContext;
