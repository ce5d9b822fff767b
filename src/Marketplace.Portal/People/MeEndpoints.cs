using Marketplace.Contracts.Rest;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

internal static class MeEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var me = rest.MapGroup("/me").WithTags("Me");
        me.MapGet("", MeAsync).WithName("getMe").WithSummary("Who you are and where you belong.").Produces<MeBody>();
        me.MapGet("/access-tokens", ListAsync).WithName("listAccessTokens")
            .WithSummary("Your personal access tokens.").Produces<PageBody<AccessTokenBody>>();
        me.MapDelete("/access-tokens/{id:guid}", RevokeAsync).WithName("revokeAccessToken")
            .WithSummary("From now on this token is refused.").Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>Apart, since here alone a name and password will do.</summary>
    public static void MapFirstToken(IEndpointRouteBuilder rest) =>
        rest.MapPost("/me/access-tokens", CreateAsync).WithTags("Me").WithName("createAccessToken")
            .WithSummary("Make a personal access token; with a token of yours, or with your name and password.")
            .Produces<CreatedAccessTokenBody>(StatusCodes.Status201Created);

    private static async Task<IResult> MeAsync(TeamReader teams, HttpContext context, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var mine = await teams.ListAsync(actor, mineOnly: true, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        return Answer.Json(new MeBody(
            actor.Name,
            actor.Role is { } role ? StoredEnum.ToWord(role) : null,
            [.. mine.Items.Select(t => new MyTeamBody(t.Name, t.Title, StoredEnum.ToWord(t.MyRole!.Value)))]));
    }

    private static async Task<IResult> ListAsync(AccessTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        var mine = await tokens.ListAsync(context.Actor(), cancellation);
        return Answer.Json(new PageBody<AccessTokenBody>(
            [.. mine.Select(t => new AccessTokenBody(t.Id, t.Name, t.Hint, t.CreatedAt, t.ExpiresAt, t.RevokedAt))], 1, Math.Max(1, mine.Count), mine.Count));
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<NewAccessTokenBody> body, AccessTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answer.Created(
            await tokens.CreateAsync(context.Actor(), body.Value.Name, body.Value.Days, cancellation),
            _ => "/me/access-tokens",
            made => new CreatedAccessTokenBody(made.Id, made.Value, made.ExpiresAt));
    }

    private static async Task<IResult> RevokeAsync(Guid id, AccessTokens tokens, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await tokens.RevokeAsync(context.Actor(), id, cancellation));
}
