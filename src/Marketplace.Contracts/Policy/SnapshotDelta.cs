using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Contracts.Policy;

/// <summary>
/// A signed snapshot, told to somebody who holds an earlier one: a JWS of which the payload is in pieces, each new text
/// or a stretch of the payload held. What they make is the whole signed snapshot, byte for byte, so that its own
/// signature says whether they were the right ones, and nothing but the whole one is believed or kept.
/// </summary>
public sealed record SnapshotDelta
{
    /// <summary>What a puller that can use one names in <c>Accept</c>, beside <see cref="ControlAddress.MediaType"/>.</summary>
    public const string MediaType = "application/mkt-snapshot-delta+json";

    private static readonly DeltaJson Json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The whole one's protected header, as RFC 7515 §7.2.1 names it.</summary>
    [JsonPropertyName("protected")] public required string Protected { get; init; }

    /// <summary>Its payload, in order.</summary>
    [JsonPropertyName("pieces")] public required IReadOnlyList<DeltaPiece> Pieces { get; init; }

    /// <summary>Its signature.</summary>
    [JsonPropertyName("signature")] public required string Signature { get; init; }

    /// <summary>From one compact JWS in ASCII to another.</summary>
    public static SnapshotDelta Between(ReadOnlySpan<byte> held, ReadOnlySpan<byte> next) => new()
    {
        Protected = Encoding.ASCII.GetString(next[..next.IndexOf((byte)'.')]),
        Pieces = DeltaPieces.Between(PayloadOf(held), PayloadOf(next)),
        Signature = Encoding.ASCII.GetString(next[(next.LastIndexOf((byte)'.') + 1)..]),
    };

    /// <summary>The payload of a compact JWS.</summary>
    public static byte[] PayloadOf(string jws) => PayloadOf(Encoding.ASCII.GetBytes(jws));

    /// <summary>As it travels.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json.SnapshotDelta);

    /// <summary>The whole signed snapshot, yet to be verified; null where the answer is no delta, or not one to this payload.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="heldPayload">The payload of the snapshot held.</param>
    /// <param name="longest">How many bytes the next payload may have at most.</param>
    public static string? Apply(ReadOnlySpan<byte> json, ReadOnlySpan<byte> heldPayload, int longest)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.SnapshotDelta) is { Protected: not null, Signature: not null, Pieces: not null } delta
                && DeltaPieces.Join(delta.Pieces, heldPayload, longest) is { } payload
                    ? $"{delta.Protected}.{Base64Url.EncodeToString(payload)}.{delta.Signature}"
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Empty of what is no JWS: whoever could not verify it asks nobody for what follows it.
    private static byte[] PayloadOf(ReadOnlySpan<byte> jws)
    {
        var (first, last) = (jws.IndexOf((byte)'.'), jws.LastIndexOf((byte)'.'));
        return last > first && Base64Url.IsValid(jws[(first + 1)..last]) ? Base64Url.DecodeFromUtf8(jws[(first + 1)..last]) : [];
    }
}

/// <summary>A piece of a payload.</summary>
/// <param name="Text">What is new; null for a stretch of the payload held.</param>
/// <param name="At">At which byte the stretch begins there.</param>
/// <param name="Count">How many bytes it has.</param>
public sealed record DeltaPiece(
    [property: JsonPropertyName("text"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonPropertyName("at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int At = 0,
    [property: JsonPropertyName("count"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Count = 0);

[JsonSerializable(typeof(SnapshotDelta))]
internal sealed partial class DeltaJson : JsonSerializerContext;
