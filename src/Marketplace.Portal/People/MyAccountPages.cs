using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>One's own account: sessions and password.</summary>
internal static class MyAccountPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/me", ShowAsync);
        pages.MapPost("/me/sessions/{id:guid}/end", EndAsync);
        pages.MapPost("/me/sessions/end-others", EndOthersAsync);
        pages.MapPost("/me/password", SetPasswordAsync).RequireRateLimiting(SignInServices.PasswordLimit);
    }

    private static Task<IResult> ShowAsync(HttpContext context, int? page, PersonReader people, SessionReader sessions, CancellationToken cancellation) =>
        PageOfAsync(context, page, [], people, sessions, cancellation);

    private static async Task<IResult> EndAsync(
        HttpContext context, Guid id, EndSession end, PersonReader people, SessionReader sessions, CancellationToken cancellation)
    {
        var ended = await end.OneAsync(context.Actor(), null, id, cancellation);
        return ended.Succeeded ? Flash.Redirect(context, "/me", "The session has ended.") : await PageOfAsync(context, 1, ended.Problems, people, sessions, cancellation);
    }

    private static async Task<IResult> EndOthersAsync(HttpContext context, EndSession end, CancellationToken cancellation)
    {
        var ended = await end.AllAsync(context.Actor(), null, context.SessionId(), cancellation);
        return Flash.Redirect(context, "/me", ended.Value == 0 ? "There was no other session." : $"{Words.Count(ended.Value, "other session")} ended.");
    }

    private static async Task<IResult> SetPasswordAsync(
        HttpContext context, [FromForm] string? currentPassword, [FromForm] string? newPassword,
        OwnPassword own, PersonReader people, SessionReader sessions, CancellationToken cancellation)
    {
        var done = await own.ChangeAsync(context, currentPassword ?? "", newPassword ?? "", cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, "/me", "Your password is changed, and your other sessions have ended.")
            : await PageOfAsync(context, 1, done.Problems, people, sessions, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, int? page, IReadOnlyList<Problem> problems, PersonReader people, SessionReader sessions, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await people.FindAsync(actor, null, cancellation) is not { } me)
            return Page.NotFound();
        return Page.Show<MyAccountPage, MyAccountModel>(
            new(me, await sessions.ListAsync(actor.Id, new(page ?? 1), cancellation), context.SessionId(), problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

/// <param name="Me">The person.</param>
/// <param name="Sessions">Where they are signed in.</param>
/// <param name="Current">The session that asks.</param>
/// <param name="Problems">What to mend.</param>
public sealed record MyAccountModel(PersonDetails Me, Page<SessionRow> Sessions, Guid? Current, IReadOnlyList<Problem> Problems);
