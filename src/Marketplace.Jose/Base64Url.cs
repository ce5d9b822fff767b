using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Bcl = System.Buffers.Text.Base64Url;

namespace Marketplace.Jose;

/// <summary>
/// Base64url as JOSE writes it (RFC 7515 §2, RFC 4648 §5): no padding, no white space, no stray bits, so that
/// every byte string has exactly one encoding and every accepted text decodes to bytes that encode to it again.
/// </summary>
public static class Base64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);
    private static readonly SearchValues<byte> Octets = SearchValues.Create(Encoding.ASCII.GetBytes(Alphabet));

    /// <summary>Characters needed for <paramref name="byteCount"/> bytes.</summary>
    public static int EncodedLength(int byteCount) => Bcl.GetEncodedLength(byteCount);

    /// <summary>Bytes that a text of <paramref name="length"/> characters decodes to, if it is valid.</summary>
    public static int DecodedLength(int length) => (int)((long)length * 3 / 4);

    /// <summary>Encodes to a string.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Bcl.EncodeToString(bytes);

    /// <summary>Encodes to ASCII bytes; <paramref name="destination"/> must hold <see cref="EncodedLength"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> destination) => Bcl.EncodeToUtf8(bytes, destination);

    /// <summary>Decodes into <paramref name="destination"/>. False if the text is not strict base64url or does not fit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.ContainsAnyExcept(Characters)
            && EndsClean(text.Length, text.IsEmpty ? '\0' : text[^1])
            && destination.Length >= DecodedLength(text.Length)
            && Bcl.TryDecodeFromChars(text, destination, out written);
    }

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{char}, Span{byte}, out int)"/>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.ContainsAnyExcept(Octets)
            && EndsClean(text.Length, text.IsEmpty ? '\0' : (char)text[^1])
            && destination.Length >= DecodedLength(text.Length)
            && Bcl.TryDecodeFromUtf8(text, destination, out written);
    }

    /// <summary>Decodes to a new array. False if the text is not strict base64url.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(DecodedLength(text.Length));
        bytes = TryDecode(text, buffer, out _) ? buffer : null;
        return bytes is not null;
    }

    // RFC 4648 §3.5: the bits of the last character that reach beyond the last byte are zero.
    private static bool EndsClean(int length, char last) => (length % 4) switch
    {
        0 => true,
        2 => (Value(last) & 0b1111) == 0,
        3 => (Value(last) & 0b11) == 0,
        _ => false,
    };

    private static int Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '-' => 62,
        _ => 63,
    };
}
