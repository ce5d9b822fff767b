using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>A snapshot as it is sent, in both encodings. Immutable.</summary>
internal sealed class SignedSnapshot
{
    private readonly Lazy<Representation> compressed;

    private SignedSnapshot(long revision, string tag, byte[] jws)
    {
        Revision = revision;
        Plain = new Representation($"\"{tag}\"", jws);
        compressed = new(() => new Representation($"\"{tag}.gz\"", Compress(jws)));
    }

    public long Revision { get; }

    /// <summary>The compact JWS in ASCII.</summary>
    public Representation Plain { get; }

    /// <summary>The same in gzip, made when the first one asks for it.</summary>
    public Representation Compressed => compressed.Value;

    /// <summary>Whether a tag is that of this snapshot, in whichever encoding it was sent.</summary>
    public bool Has(ReadOnlySpan<char> tag) =>
        tag.SequenceEqual(Plain.ETag) || (tag.EndsWith(".gz\"") && tag[..^4].SequenceEqual(Plain.ETag.AsSpan()[..^1]));

    /// <summary>The revision that a tag of ours names; null when it is none of ours.</summary>
    public static long? RevisionOf(ReadOnlySpan<char> tag)
    {
        var number = tag.StartsWith("\"") && tag.IndexOf('.') is > 1 and var dot ? tag[1..dot] : [];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
    }

    public static SignedSnapshot Sign(PolicySnapshot snapshot, JwsSigner signer) =>
        Sign(snapshot.Revision, JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot), signer);

    public static SignedSnapshot Sign(long revision, ReadOnlySpan<byte> payload, JwsSigner signer)
    {
        var jws = new byte[signer.TokenLength(payload.Length)];
        // Signed with another key it is another one: what a data plane keeps on disk must be verifiable with the keys of today.
        return new SignedSnapshot(revision, $"{revision}.{signer.KeyId[..8]}", jws[..signer.Sign(payload, jws)]);
    }

    private static byte[] Compress(byte[] jws)
    {
        using var buffer = new MemoryStream(jws.Length / 2);
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(jws);
        return buffer.ToArray();
    }

    /// <param name="ETag">A strong one: an encoding is a representation of its own (RFC 9110 §8.8.3.3).</param>
    /// <param name="Body">What is sent.</param>
    internal sealed record Representation(string ETag, ReadOnlyMemory<byte> Body);
}
