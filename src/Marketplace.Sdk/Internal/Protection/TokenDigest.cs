using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>SHA-256 of a token's text: nobody finds two tokens with one digest, and no token can be read out of it.</summary>
internal readonly struct TokenDigest : IEquatable<TokenDigest>
{
    private const int StackLimit = 4096;
    private readonly UInt128 high;
    private readonly UInt128 low;

    private TokenDigest(UInt128 high, UInt128 low) => (this.high, this.low) = (high, low);

    /// <summary>False for what is no ASCII, and so no token.</summary>
    public static bool TryOf(ReadOnlySpan<char> token, out TokenDigest digest)
    {
        if (token.Length <= StackLimit)
            return TryOf(token, stackalloc byte[StackLimit], out digest);
        var rented = ArrayPool<byte>.Shared.Rent(token.Length);
        try
        {
            return TryOf(token, rented, out digest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    public bool Equals(TokenDigest other) => high == other.high && low == other.low;

    public override bool Equals(object? obj) => obj is TokenDigest other && Equals(other);

    // Seeded anew in each process, so that nobody can choose what falls together.
    public override int GetHashCode() => HashCode.Combine(high, low);

    private static bool TryOf(ReadOnlySpan<char> token, Span<byte> buffer, out TokenDigest digest)
    {
        digest = default;
        if (Ascii.FromUtf16(token, buffer, out var length) != OperationStatus.Done)
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], hash);
        digest = new TokenDigest(MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));
        return true;
    }
}
