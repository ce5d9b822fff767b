using Marketplace.Core.Fetching;

namespace Marketplace.Core.Notifications.Webhooks;

internal static class WebhookUrl
{
    public const string Field = "url";

    private const int MaximumLength = 1000;

    /// <summary>Plain HTTP only to a host that an operator has named.</summary>
    public static Outcome<Uri> Read(string text, FetchOptions fetching)
    {
        if (text.Length > MaximumLength || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.Host.Length == 0
            || url.Scheme is not ("https" or "http"))
            return new Problem("url_invalid", $"Give a URL that starts with https://, of at most {MaximumLength} characters, without a user name or a fragment (#).", Field);
        if (url.Scheme != Uri.UriSchemeHttps && !fetching.WebhookHosts.Any(host => host.Equals(url.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(url.Authority, StringComparison.OrdinalIgnoreCase)))
            return new Problem("url_insecure", "Give a URL that starts with https://: what is delivered would be readable on its way.", Field);
        return url;
    }
}
