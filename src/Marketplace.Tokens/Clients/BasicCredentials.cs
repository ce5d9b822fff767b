using System.Text;
using Marketplace.Tokens.Issue;

namespace Marketplace.Tokens.Clients;

/// <summary>Client id and secret of the Authorization header: both form-urlencoded before Basic (RFC 6749 §2.3.1).</summary>
internal readonly record struct BasicCredentials(string ClientId, string Secret)
{
    private const string Scheme = "Basic ";

    /// <summary>Null if the header is not Basic or not well-formed.</summary>
    public static BasicCredentials? Read(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > 4096)
            return null;
        var encoded = header.AsSpan(Scheme.Length).TrimStart(' ');
        // RFC 7617 §2: one token68; the decoder would pass over white space within it.
        if (encoded.ContainsAny(" \t\r\n"))
            return null;
        Span<byte> pair = stackalloc byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, pair, out var length))
            return null;
        pair = pair[..length];
        var colon = pair.IndexOf((byte)':');
        if (colon <= 0 || FormReader.Decode(pair[..colon]) is not { } id || FormReader.Decode(pair[(colon + 1)..]) is not { } secret)
            return null;
        return new BasicCredentials(id, secret);
    }
}
