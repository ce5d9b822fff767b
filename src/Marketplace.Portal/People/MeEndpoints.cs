using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.SignIn;
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
        me.MapGet("/sessions", SessionsAsync).WithName("listMySessions")
            .WithSummary("Where you are signed in.").Produces<PageBody<SessionBody>>();
        me.MapDelete("/sessions", EndAllAsync).WithName("endMySessions")
            .WithSummary("End all your sessions.").Produces(StatusCodes.Status204NoContent);
        me.MapDelete("/sessions/{id:guid}", EndAsync).WithName("endMySession")
            .WithSummary("End one of your sessions.").Produces(StatusCodes.Status204NoContent);
        me.MapPut("/password", SetPasswordAsync).WithName("changeMyPassword")
            .WithSummary("Another password for your local account; your sessions end.").Produces(StatusCodes.Status204NoContent);
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
            [.. mine.Select(t => new AccessTokenBody(t.Id, t.Name, t.Hint, t.Scopes, t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.RevokedAt))], 1, Math.Max(1, mine.Count), mine.Count));
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<NewAccessTokenBody> body, AccessTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        var asked = body.Value;
        var scopes = new List<TokenScope>();
        foreach (var word in asked.Scopes ?? [StoredEnum.ToWord(TokenScope.Read)])
        {
            if (!StoredEnum.TryFromWord<TokenScope>(word, out var scope))
                return new ProblemResult([new Problem("scope_unknown", $"There is no scope {word}; choose among {Scopes}.", "scopes")]);
            scopes.Add(scope);
        }

        return Answer.Created(
            await tokens.CreateAsync(context.Actor(), new(asked.Name, asked.Days, scopes), context.Features.Get<TokenBearer>(), cancellation),
            _ => "/me/access-tokens",
            made => new CreatedAccessTokenBody(made.Id, made.Value, [.. made.Scopes.Select(StoredEnum.ToWord)], made.ExpiresAt));
    }

    private static string Scopes => string.Join(", ", Enum.GetValues<TokenScope>().Select(StoredEnum.ToWord));

    private static async Task<IResult> SessionsAsync(SessionReader sessions, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await sessions.ListAsync(context.Actor().Id, Paged.From(page, limit), cancellation), AccountEndpoints.Of);

    private static async Task<IResult> EndAsync(Guid id, EndSession end, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await end.OneAsync(context.Actor(), null, id, cancellation));

    private static async Task<IResult> EndAllAsync(EndSession end, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await end.AllAsync(context.Actor(), null, null, cancellation));

    private static async Task<IResult> SetPasswordAsync(
        JsonBody<ChangePasswordBody> body, OwnPassword own, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await own.ChangeAsync(context, body.Value.CurrentPassword, body.Value.NewPassword, cancellation));

    private static async Task<IResult> RevokeAsync(Guid id, AccessTokens tokens, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await tokens.RevokeAsync(context.Actor(), id, cancellation));
}
