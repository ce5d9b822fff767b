using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
        PageOfAsync(context, null, Typed(tokens), [], tokens, clock, cancellation);

    private static async Task<IResult> CreateAsync(
        HttpContext context, IFormCollection form, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        var (name, days) = (form["name"].ToString(), form["days"].ToString());
        var chosen = form["scopes"].Where(word => StoredEnum.TryFromWord<TokenScope>(word, out _)).Select(word => StoredEnum.FromWord<TokenScope>(word!)).ToList();
        var outcome = await tokens.CreateAsync(
            context.Actor(), new(name, int.TryParse(days, CultureInfo.InvariantCulture, out var number) ? number : 0, chosen), null, cancellation);
        // Rendered here and now: a redirect would have to carry the token.
        return outcome.Succeeded
            ? await PageOfAsync(context, outcome.Value.Value, Typed(tokens), [], tokens, clock, cancellation)
            : await PageOfAsync(context, null, new(name, days, chosen), outcome.Problems, tokens, clock, cancellation);
    }

    private static AccessTokenTyped Typed(AccessTokens tokens) =>
        new("", Math.Min(UsualDays, tokens.MaximumDays).ToString(CultureInfo.InvariantCulture), [TokenScope.Read]);

    private static async Task<IResult> RevokeAsync(
        HttpContext context, Guid id, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        var outcome = await tokens.RevokeAsync(context.Actor(), id, cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, "/me/access-tokens", "The token is revoked.")
            : await PageOfAsync(context, null, Typed(tokens), outcome.Problems, tokens, clock, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string? created, AccessTokenTyped typed, IReadOnlyList<Problem> problems,
        AccessTokens tokens, TimeProvider clock, CancellationToken cancellation) =>
        Page.Show<AccessTokenPage, AccessTokenModel>(
            new(await tokens.ListAsync(context.Actor(), cancellation), created, typed, tokens.MaximumDays, PublicUrl.Of(context), clock.GetUtcNow(), problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
}

/// <param name="Tokens">The person's own.</param>
/// <param name="Created">A new one, shown this once.</param>
public sealed record AccessTokenModel(
    IReadOnlyList<AccessTokenRow> Tokens, string? Created, AccessTokenTyped Typed, int MaximumDays, string MarketplaceUrl, DateTimeOffset Now,
    IReadOnlyList<Problem> Problems)
{
    public (string Text, string Tone) StateOf(AccessTokenRow token) => token switch
    {
        { RevokedAt: not null } => ("Revoked", "bad"),
        _ when token.ExpiresAt <= Now => ("Expired", "quiet"),
        _ => ("In use", "good"),
    };
}

public sealed record AccessTokenTyped(string Name, string Days, IReadOnlyList<TokenScope> Scopes);
