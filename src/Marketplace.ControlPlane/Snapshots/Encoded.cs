using System.IO.Compression;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>A body as it is and in gzip, each under a tag of its own. Immutable.</summary>
internal sealed class Encoded
{
    private readonly Lazy<Representation> compressed;

    public Encoded(string mediaType, string tag, byte[] body)
    {
        MediaType = mediaType;
        Plain = new Representation($"\"{tag}\"", body);
        compressed = new(() => new Representation($"\"{tag}{SnapshotTag.Gzip}\"", Compress(body)));
    }

    public string MediaType { get; }

    public Representation Plain { get; }

    /// <summary>The same in gzip, made when the first one asks for it.</summary>
    public Representation Compressed => compressed.Value;

    private static byte[] Compress(byte[] body)
    {
        using var buffer = new MemoryStream(body.Length / 2);
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(body);
        return buffer.ToArray();
    }

    /// <param name="ETag">A strong one: an encoding is a representation of its own (RFC 9110 §8.8.3.3).</param>
    /// <param name="Body">What is sent.</param>
    internal sealed record Representation(string ETag, ReadOnlyMemory<byte> Body);
}
