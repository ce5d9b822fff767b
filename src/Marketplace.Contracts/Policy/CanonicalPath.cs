using System.Buffers;
using System.Text;

namespace Marketplace.Contracts.Policy;

/// <summary>
/// The one form of a path that every server reads alike. Whatever two servers could read differently (an encoded
/// slash, a dot segment, a matrix parameter, broken UTF-8) is not canonical and is refused before it is matched.
/// </summary>
public static class CanonicalPath
{
    /// <summary>RFC 3986 §3.3 <c>pchar</c> plus the slash, without <c>;</c> (matrix parameters) and <c>%</c> (decoded below).</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@");

    /// <summary>Host and port (RFC 3986 §3.2). A server may end an authority at <c>#</c> or <c>\</c>, and what follows is then not its path.</summary>
    private static readonly SearchValues<char> Authority = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~[]:");

    /// <summary>The path of a request target as it came over the wire (RFC 9112 §3.2), query left out; empty when it has none.</summary>
    public static ReadOnlySpan<char> OfTarget(ReadOnlySpan<char> rawTarget)
    {
        var end = rawTarget.IndexOf('?');
        if (end >= 0)
            rawTarget = rawTarget[..end];
        if (rawTarget.StartsWith("/", StringComparison.Ordinal))
            return rawTarget;

        var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return [];
        var rest = rawTarget[(authority + 3)..];
        var slash = rest.IndexOf('/');
        var host = slash < 0 ? rest : rest[..slash];
        if (host.IsEmpty || host.ContainsAnyExcept(Authority))
            return [];
        return slash < 0 ? "/" : rest[slash..];
    }

    /// <summary>
    /// Decodes a raw path once, into <paramref name="buffer"/> (at least as long as the path) where it must.
    /// False when the path is not canonical.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> raw, Span<char> buffer, out ReadOnlySpan<char> decoded)
    {
        decoded = raw;
        if (raw.IsEmpty || raw[0] != '/')
            return false;
        if (raw.ContainsAnyExcept(Plain))
        {
            if (!TryDecodeEscapes(raw, buffer, out var length))
                return false;
            decoded = buffer[..length];
        }

        return HasOnlyRealSegments(decoded);
    }

    /// <summary>Whether a raw path is canonical; for those who do not need it decoded.</summary>
    public static bool IsCanonical(ReadOnlySpan<char> raw)
    {
        var buffer = raw.Length <= 512 ? stackalloc char[512] : new char[raw.Length];
        return TryDecode(raw, buffer, out _);
    }

    private static bool TryDecodeEscapes(ReadOnlySpan<char> raw, Span<char> buffer, out int length)
    {
        length = 0;
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < raw.Length;)
        {
            if (Plain.Contains(raw[i]))
            {
                buffer[length++] = raw[i++];
                continue;
            }

            if (!TryReadEscape(raw, i, out utf8[0]) || utf8[0] < 0x20 || utf8[0] is (byte)'/' or (byte)'\\' or 0x7f)
                return false;
            var bytes = 1;
            for (; bytes < SequenceLength(utf8[0]); bytes++)
            {
                if (!TryReadEscape(raw, i + (bytes * 3), out utf8[bytes]))
                    return false;
            }

            if (Rune.DecodeFromUtf8(utf8[..bytes], out var rune, out var consumed) != OperationStatus.Done || consumed != bytes)
                return false;
            length += rune.EncodeToUtf16(buffer[length..]);
            i += bytes * 3;
        }

        return true;
    }

    private static int SequenceLength(byte lead) => lead switch { < 0xc0 => 1, < 0xe0 => 2, < 0xf0 => 3, _ => 4 };

    private static bool TryReadEscape(ReadOnlySpan<char> raw, int at, out byte value)
    {
        value = 0;
        if (at + 2 >= raw.Length || raw[at] != '%' || !char.IsAsciiHexDigit(raw[at + 1]) || !char.IsAsciiHexDigit(raw[at + 2]))
            return false;
        value = (byte)((Hex(raw[at + 1]) << 4) | Hex(raw[at + 2]));
        return true;
    }

    private static int Hex(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    private static bool HasOnlyRealSegments(ReadOnlySpan<char> path)
    {
        for (var rest = path[1..]; ;)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            if (segment is "." or ".." || (segment.IsEmpty && slash >= 0))
                return false;
            if (slash < 0)
                return true;
            rest = rest[(slash + 1)..];
        }
    }
}
