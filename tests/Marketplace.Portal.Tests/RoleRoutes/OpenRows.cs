namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Endpoints of the other planes, for programs that prove themselves there; no person's role counts.</summary>
internal static class OpenRows
{
    public static IReadOnlyList<string> All { get; } =
    [
        "* /health/live",
        "* /health/ready",
        "POST /oauth/token",
        "POST /oauth/introspect",
        "POST /oauth/revoke",
        "GET /.well-known/oauth-authorization-server",
        "GET /.well-known/jwks.json",
        "GET /control/v1/snapshots/{api}/{version}/{environment}",
    ];
}
