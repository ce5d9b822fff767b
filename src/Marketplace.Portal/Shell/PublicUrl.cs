using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Shell;

internal static class PublicUrl
{
    /// <summary>Where this person reaches the marketplace, for the command lines that a page shows.</summary>
    public static string Of(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";
}
