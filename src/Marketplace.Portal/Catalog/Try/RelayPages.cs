using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Fetching;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>
/// What a person tries goes through here, since a browser may call nobody but us: to the line's registered sandbox
/// server and nowhere else, with a token for the line's sandbox and nothing else of the person's.
/// </summary>
internal static class RelayPages
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void Map(IEndpointRouteBuilder pages) =>
        // The bearer token is what an antiforgery token is elsewhere: no other site can make a browser send one.
        pages.MapMethods(ApiPages.Line + "/relay/{**path}", Methods, SendAsync).WithMetadata(new RequireAntiforgeryTokenAttribute(false));

    private static async Task<IResult> SendAsync(
        HttpContext context, string api, string version, CatalogReader catalog, Relay relay, CancellationToken cancellation)
    {
        if (await catalog.FindVersionAsync(context.Actor(), api, version, cancellation) is not { } line)
            return Refuse(404, Problem.NotFound, $"There is no {api} {version} in the catalog.");
        if (line.Servers.GetValueOrDefault(DeploymentEnvironment.Sandbox) is not { } server)
            return Refuse(409, "no_sandbox_server", $"The owners of {api} have not said where its sandbox is: they can, in its settings.");
        if (RelayRequest.AudienceOf(context.Request.Headers.Authorization.ToString()) is not { } audience || audience != line.Audiences.GetValueOrDefault(DeploymentEnvironment.Sandbox))
            return Refuse(400, "sandbox_token_missing", "Choose an application and get a sandbox token first; only tokens of this API's sandbox are relayed.");
        if (RelayRequest.Target(context, server) is not { } target)
            return Refuse(400, "path_invalid", "This path leads out of the API's sandbox server.");
        using var request = RelayRequest.Copy(context.Request, target);
        var (response, failure) = await relay.SendAsync(request, cancellation);
        if (response is null)
            return Refuse(502, "sandbox_unreachable", failure!);
        using (response)
            return await RelayAnswer.WriteAsync(context, response, api, version, cancellation);
    }

    public static IResult Refuse(int status, string code, string sentence) =>
        Results.Json(new { title = "Not relayed", status, detail = sentence, code }, statusCode: status, contentType: "application/problem+json");
}
