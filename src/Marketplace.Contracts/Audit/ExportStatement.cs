using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Audit;

/// <summary>With what an export ends, signed: what was asked for, and that this is all of it.</summary>
/// <param name="Issuer">The marketplace.</param>
/// <param name="IssuedAt">When, in seconds since 1970.</param>
/// <param name="By">Who asked.</param>
/// <param name="Whole">The chain from its first event to its head, nothing left out.</param>
/// <param name="Filter">What was asked for.</param>
/// <param name="Events">How many there are.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Sha256">Of every byte before the statement's line, in hex.</param>
/// <param name="HeadSequence">Where the chain stood.</param>
/// <param name="HeadHash">The hash there, in hex.</param>
public sealed record ExportStatement(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("by")] string By,
    [property: JsonPropertyName("whole")] bool Whole,
    [property: JsonPropertyName("filter")] IReadOnlyDictionary<string, string> Filter,
    [property: JsonPropertyName("events")] long Events,
    [property: JsonPropertyName("first")] long First,
    [property: JsonPropertyName("last")] long Last,
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("head_sequence")] long HeadSequence,
    [property: JsonPropertyName("head_hash")] string HeadHash);

/// <summary>Where the chain stood at a time; signed.</summary>
/// <param name="Issuer">The marketplace.</param>
/// <param name="IssuedAt">When, in seconds since 1970.</param>
/// <param name="Sequence">The last event.</param>
/// <param name="Hash">Its hash, in hex.</param>
public sealed record CheckpointStatement(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("hash")] string Hash);
