using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Sandbox;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Try;

internal static class TryEndpoints
{
    public static void Map(IEndpointRouteBuilder rest) =>
        rest.MapPost("/apis/{api}/versions/{version}/sandbox-tokens", IssueAsync).WithTags("Catalog").WithName("issueSandboxToken")
            .WithSummary("A sandbox token of an application of one's team, to try the API with for five minutes. It is written to the audit trail.")
            .Produces<SandboxTokenBody>();

    private static async Task<IResult> IssueAsync(
        string api, string version, JsonBody<NewSandboxTokenBody> body, SandboxTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answer.Ok(
            await tokens.IssueAsync(context.Actor(), api, version, body.Value.Application, cancellation),
            t => new SandboxTokenBody(t.AccessToken, t.ExpiresIn, t.Audience));
    }
}
