using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>The formats of JSON Schema and OpenAPI that can be checked on a string; one that is not known holds.</summary>
internal static partial class Formats
{
    public static bool Holds(string format, string text)
    {
        try
        {
            return format switch
            {
                "date" => IsDate(text),
                "time" => Time().IsMatch(text),
                "date-time" => text.Split(['t', 'T', ' ']) is [var date, var time] && IsDate(date) && Time().IsMatch(time),
                "duration" => Duration().IsMatch(text),
                "email" => Email().IsMatch(text),
                "hostname" => text.Length <= 254 && Hostname().IsMatch(text),
                "ipv4" => Ipv4().IsMatch(text),
                "ipv6" => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6,
                "uri" => Uri().IsMatch(text),
                "uri-reference" => UriReference().IsMatch(text),
                "url" => Url().IsMatch(text),
                "uuid" => Uuid().IsMatch(text),
                "byte" => IsBase64(text),
                "json-pointer" => Pointer().IsMatch(text),
                "regex" => IsRegex(text),
                _ => true,
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsBase64(string text) => text.Split('\n').Any(line => Base64().IsMatch(line.TrimEnd('\r')));

    private static bool IsRegex(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            // \p and \u{…} belong to the standard (ECMA-262) and not to .NET's ECMAScript mode.
            return text.Contains("\\p{", StringComparison.Ordinal) || text.Contains("\\u{", StringComparison.Ordinal) || text.Contains("(?<", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^(([01]\d|2[0-3]):[0-5]\d:[0-5]\d|23:59:60)(\.\d+)?([zZ]|[+-]\d\d(:?\d\d)?)?\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Time();

    [GeneratedRegex(@"^P(?!\z)((\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?|(\d+W)?)\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Duration();

    [GeneratedRegex(@"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex Email();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([-0-9a-z]{0,61}[0-9a-z])?)*\.?\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"^((25[0-5]|2[0-4]\d|[01]?\d\d?)\.){3}(25[0-5]|2[0-4]\d|[01]?\d\d?)\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Ipv4();

    /// <summary>RFC 3986 by its characters: a scheme, and nothing that a URI cannot hold.</summary>
    [GeneratedRegex(@"^[a-z][a-z0-9+\-.]*:([a-z0-9\-._~!$&'()*+,;=:@/?#\[\]]|%[0-9a-f]{2})*\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex Uri();

    [GeneratedRegex(@"^([a-z0-9\-._~!$&'""()*+,;=:@/?#\[\]]|%[0-9a-f]{2})*\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex UriReference();

    [GeneratedRegex(@"^(https?|ftp)://[^\s/]+\.[^\s/]{2,}(/\S*)?\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex Url();

    [GeneratedRegex(@"^(urn:uuid:)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Base64();

    [GeneratedRegex(@"^(/([^~/]|~0|~1)*)*\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Pointer();
}
