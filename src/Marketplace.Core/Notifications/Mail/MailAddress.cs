using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Core.Notifications.Mail;

/// <summary>An address that any mail server takes: RFC 5321's dot-string and a domain, nothing quoted and no comments.</summary>
internal static partial class MailAddress
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>As it goes over the wire; null for what is no such address.</summary>
    public static string? Wire(string? address)
    {
        var parts = (address ?? "").Trim().Split('@');
        if (parts.Length != 2 || parts[1].Length == 0)
            return null;
        try
        {
            var wire = $"{parts[0]}@{Idn.GetAscii(parts[1])}";
            return wire.Length <= 254 && parts[0].Length <= 64 && Pattern().IsMatch(wire) ? wire : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
