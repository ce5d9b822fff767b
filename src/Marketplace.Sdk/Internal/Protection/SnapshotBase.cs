using System.IO.Compression;
using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>What a delta is added to: the payload of the snapshot in force. Packed, for it is read once per change.</summary>
internal sealed class SnapshotBase
{
    private const int Longest = 192 * 1024 * 1024;
    private byte[]? packed;

    public bool IsHeld => packed is not null;

    public void Hold(string jws)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(SnapshotDelta.PayloadOf(jws));
        packed = buffer.ToArray();
    }

    public void Forget() => packed = null;

    /// <summary>The whole signed snapshot, yet to be verified; null where the delta is none to this.</summary>
    public string? Add(byte[] delta)
    {
        if (packed is null)
            return null;
        using var payload = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
            gzip.CopyTo(payload);
        return SnapshotDelta.Apply(delta, payload.GetBuffer().AsSpan(0, (int)payload.Length), Longest);
    }
}
