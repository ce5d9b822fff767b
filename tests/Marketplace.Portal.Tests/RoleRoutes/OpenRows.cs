using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Endpoints of the other planes: programs prove themselves there, and no person's session or token counts.</summary>
internal static class OpenRows
{
    private static readonly string[] Prefixes = ["/health/", "/oauth/", "/.well-known/", "/control/"];

    public static bool Covers(RouteEndpoint endpoint) =>
        Prefixes.Any(prefix => ("/" + endpoint.RoutePattern.RawText!.TrimStart('/')).StartsWith(prefix, StringComparison.Ordinal))
        && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
}
