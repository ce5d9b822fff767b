using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>A person's own keys to the REST API. Every role has them, auditors too: without one they could not read it.</summary>
internal static class AccessTokenPages
{
    private const int UsualDays = 90;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/me/access-tokens", ShowAsync);
        pages.MapPost("/me/access-tokens", CreateAsync);
        pages.MapPost("/me/access-tokens/{id:guid}/revoke", RevokeAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation) =>
        PageOfAsync(context, null, "", UsualDays.ToString(CultureInfo.InvariantCulture), [], tokens, clock, cancellation);

    private static async Task<IResult> CreateAsync(
        HttpContext context, [FromForm] string? name, [FromForm] string? days, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        var outcome = await tokens.CreateAsync(
            context.Actor(), name ?? "", int.TryParse(days, CultureInfo.InvariantCulture, out var number) ? number : 0, cancellation);
        // Rendered here and now: a redirect would have to carry the token.
        return outcome.Succeeded
            ? await PageOfAsync(context, outcome.Value.Value, "", UsualDays.ToString(CultureInfo.InvariantCulture), [], tokens, clock, cancellation)
            : await PageOfAsync(context, null, name ?? "", days ?? "", outcome.Problems, tokens, clock, cancellation);
    }

    private static async Task<IResult> RevokeAsync(
        HttpContext context, Guid id, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        var outcome = await tokens.RevokeAsync(context.Actor(), id, cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, "/me/access-tokens", "The token is revoked.")
            : await PageOfAsync(context, null, "", "", outcome.Problems, tokens, clock, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string? created, string name, string days, IReadOnlyList<Problem> problems,
        AccessTokens tokens, TimeProvider clock, CancellationToken cancellation) =>
        Page.Show<AccessTokenPage, AccessTokenModel>(
            new(await tokens.ListAsync(context.Actor(), cancellation), created, name, days, PublicUrl.Of(context), clock.GetUtcNow(), problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
}

/// <param name="Tokens">The person's own.</param>
/// <param name="Created">A new one, shown this once.</param>
public sealed record AccessTokenModel(
    IReadOnlyList<AccessTokenRow> Tokens, string? Created, string Name, string Days, string MarketplaceUrl, DateTimeOffset Now,
    IReadOnlyList<Problem> Problems)
{
    public (string Text, string Tone) StateOf(AccessTokenRow token) => token switch
    {
        { RevokedAt: not null } => ("Revoked", "bad"),
        _ when token.ExpiresAt <= Now => ("Expired", "quiet"),
        _ => ("In use", "good"),
    };
}
