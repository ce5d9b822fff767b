using System.Runtime.InteropServices;
using Marketplace.Jose;

namespace Marketplace.Tokens.Issue;

/// <summary>"jti" of our own tokens: 128 random bits.</summary>
internal static class TokenId
{
    public const int Length = 16;

    public static Int128? Parse(string? text) =>
        text is not null && Base64Url.TryDecode(text, out var bytes) && bytes.Length == Length ? Of(bytes) : null;

    public static Int128 Of(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Int128>(bytes);

    public static byte[] Bytes(Int128 id)
    {
        var bytes = new byte[Length];
        MemoryMarshal.Write(bytes, in id);
        return bytes;
    }
}
