using System.Globalization;
using Marketplace.Core.Catalog.Documents;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog;

/// <summary>The end of a line, told in the headers of its document: for tools that read no document.</summary>
internal static class LifecycleHeaders
{
    public static void Write(HttpResponse response, string page, LifecycleFacts? facts)
    {
        if (facts is null)
            return;
        // RFC 9745 §2.1: a structured field's Date.
        response.Headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{facts.DeprecatedAt.ToUnixTimeSeconds()}");
        // RFC 8594 §3: an HTTP-date.
        if (facts.SunsetAt is { } end)
            response.Headers["Sunset"] = end.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.Append("Link", $"<{page}>; rel=\"deprecation\"; type=\"text/html\"");
        // RFC 5829 §3.5
        if (facts.Successor is { } successor)
            response.Headers.Append("Link", $"</apis/{successor}>; rel=\"successor-version\"");
    }
}
