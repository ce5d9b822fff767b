using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access;

internal static class GrantEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var grants = rest.MapGroup("/grants").WithTags("Grants");
        grants.MapGet("", ListAsync).WithName("listGrants")
            .WithSummary("Who may call what, and what has ended.").Produces<PageBody<GrantBody>>();
        grants.MapGet("/{id:guid}", GetAsync).WithName("getGrant").WithSummary("One grant.").Produces<GrantBody>();
        grants.MapPost("/{id:guid}/revocation", RevokeAsync).WithName("revokeGrant")
            .WithSummary("End a grant now.").Produces<RevokedBody>();
    }

    private static async Task<IResult> ListAsync(
        GrantReader grants, HttpContext context, string? application, string? api, string? version, string? environment, bool? active,
        string? applicationTeam, string? apiTeam, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await grants.ListAsync(
                context.Actor(), new GrantFilter(application, api, version, environment, active ?? false, applicationTeam, apiTeam), Paged.From(page, limit), cancellation),
            AccessBodies.Of);

    private static async Task<IResult> GetAsync(Guid id, GrantReader grants, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await grants.FindAsync(context.Actor(), id, cancellation), "There is no such grant that you may see.", AccessBodies.Of);

    private static async Task<IResult> RevokeAsync(
        Guid id, JsonBody<NewRevocationBody> body, EndGrants end, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await end.ExecuteAsync(context.Actor(), GrantScope.Of(id), null, body.Value.Reason, cancellation), done => new RevokedBody(id, done.Revision!.Value));
}
