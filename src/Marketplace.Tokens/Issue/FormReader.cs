using System.Text;

namespace Marketplace.Tokens.Issue;

/// <summary>application/x-www-form-urlencoded, strictly: every escape whole, every value UTF-8 (RFC 6749 appendix B).</summary>
internal static class FormReader
{
    private const int MaxParameters = 100;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name-value pairs in their order, or null if the body is malformed or has more than 100.</summary>
    public static List<KeyValuePair<string, string>>? Read(ReadOnlySpan<byte> body)
    {
        var pairs = new List<KeyValuePair<string, string>>(8);
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
                continue;
            var equals = pair.IndexOf((byte)'=');
            if (pairs.Count == MaxParameters
                || Decode(equals < 0 ? pair : pair[..equals]) is not { } name
                || Decode(equals < 0 ? default : pair[(equals + 1)..]) is not { } value)
                return null;
            pairs.Add(new KeyValuePair<string, string>(name, value));
        }
        return pairs;
    }

    /// <summary>One name or value, or null if it is malformed.</summary>
    public static string? Decode(ReadOnlySpan<byte> text)
    {
        Span<byte> buffer = text.Length <= 1024 ? stackalloc byte[text.Length] : new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                    return null;
                c = (byte)((Hex(text[i + 1]) << 4) | Hex(text[i + 2]));
                i += 2;
            }
            else if (c == '+')
            {
                c = (byte)' ';
            }
            buffer[length++] = c;
        }
        try
        {
            return Strict.GetString(buffer[..length]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int Hex(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
