using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Jose;

/// <summary>
/// SHA-256 of what a token's signature covers. Nobody finds two of one digest, and nothing can be read out of it; with
/// the signature beside it, it stands for the token.
/// </summary>
public readonly struct JwsDigest : IEquatable<JwsDigest>
{
    private const int StackLimit = 4096;
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private JwsDigest(ReadOnlySpan<byte> hash) =>
        (_high, _low) = (MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));

    /// <inheritdoc/>
    public bool Equals(JwsDigest other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JwsDigest other && Equals(other);

    // Seeded anew in each process, so that nobody can choose what falls together.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>Equality.</summary>
    public static bool operator ==(JwsDigest left, JwsDigest right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(JwsDigest left, JwsDigest right) => !left.Equals(right);

    internal static bool TryOf(ReadOnlySpan<char> signingInput, out JwsDigest digest)
    {
        if (signingInput.Length <= StackLimit)
            return TryOf(signingInput, stackalloc byte[StackLimit], out digest);
        var rented = ArrayPool<byte>.Shared.Rent(signingInput.Length);
        try
        {
            return TryOf(signingInput, rented, out digest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    internal void CopyTo(Span<byte> hash)
    {
        MemoryMarshal.Write(hash, _high);
        MemoryMarshal.Write(hash[16..], _low);
    }

    private static bool TryOf(ReadOnlySpan<char> signingInput, Span<byte> buffer, out JwsDigest digest)
    {
        digest = default;
        if (Ascii.FromUtf16(signingInput, buffer, out var length) != OperationStatus.Done)
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], hash);
        digest = new JwsDigest(hash);
        return true;
    }
}

/// <summary>A token's text with its digest, which is made here alone, so that one can never be of another text.</summary>
public readonly struct HashedToken
{
    private readonly ReadOnlyMemory<char> _text;
    private readonly int _dot;

    private HashedToken(ReadOnlyMemory<char> text, int dot, JwsDigest digest) => (_text, _dot, Digest) = (text, dot, digest);

    /// <summary>Of all that stands before the last dot.</summary>
    public JwsDigest Digest { get; }

    /// <summary>The token as it came.</summary>
    public ReadOnlySpan<char> Text => _text.Span;

    /// <summary>What stands behind the last dot.</summary>
    public ReadOnlySpan<char> Signature => _text.Span[(_dot + 1)..];

    /// <summary>False for what has no dot or is not ASCII, and so is no token.</summary>
    public static bool TryOf(ReadOnlyMemory<char> text, out HashedToken token)
    {
        var dot = text.Span.LastIndexOf('.');
        var done = JwsDigest.TryOf(text.Span[..Math.Max(dot, 0)], out var digest) && dot > 0;
        token = done ? new HashedToken(text, dot, digest) : default;
        return done;
    }
}
