using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Shell;

/// <summary>The configured one, without a trailing slash.</summary>
internal sealed record PublicAddress(string Url);

internal static class PublicUrl
{
    /// <summary>Where this person reaches the marketplace, for the command lines that a page shows.</summary>
    public static string Of(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";
}
