using System.Text.RegularExpressions;

namespace Marketplace.Core.Catalog;

/// <summary>Where consumers of an API find its people; each empty where there is none.</summary>
/// <param name="Channel">A support channel, such as <c>#payments-help</c>.</param>
/// <param name="Email">An address.</param>
/// <param name="Url">A page.</param>
public sealed partial record Contacts(string Channel, string Email, string Url)
{
    public bool IsEmpty => Channel.Length + Email.Length + Url.Length == 0;

    public Contacts Trimmed() => new(Channel.Trim(), Email.Trim(), Url.Trim());

    internal IEnumerable<Problem> Check()
    {
        if (Channel.Trim().Length > 80 || Channel.Any(char.IsControl))
            yield return new("contact_channel_length", "Name the channel in at most 80 characters, such as #payments-help.", "contactChannel");
        if (Email.Trim() is { Length: > 0 } email && (email.Length > 254 || !Address().IsMatch(email)))
            yield return new("contact_email_invalid", "Write one e-mail address, such as payments@bank.example.", "contactEmail");
        if (Url.Trim() is { Length: > 0 } url
            && (url.Length > 500 || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("https" or "http") || parsed.UserInfo.Length > 0 || url.Any(char.IsControl)))
            yield return new("contact_url_invalid", "Write the whole address of a page, with https:// and without a user name.", "contactUrl");
    }

    [GeneratedRegex(@"^[^\s@<>?&""%,;:]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
