using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
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

/// <summary>One account, for platform roles; administrators change it.</summary>
internal static class PersonPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var one = pages.MapGroup("/people/{userName}");
        one.MapGet("", (HttpContext context, string userName, int? page, PersonView view, CancellationToken cancellation) => view.ShowAsync(context, userName, page, [], cancellation));
        one.MapPost("/role", RoleAsync);
        one.MapPost("/password", async (HttpContext context, string userName, [FromForm] string? newPassword, SetPassword set, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await set.ExecuteAsync(context.Actor(), userName, newPassword ?? "", null, cancellation), "The password is set, and all their sessions have ended.", cancellation));
        one.MapPost("/disable", async (HttpContext context, string userName, [FromForm] string? reason, DisablePerson disable, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await disable.ExecuteAsync(context.Actor(), userName, true, reason ?? "", cancellation), "The account is closed.", cancellation, reason));
        one.MapPost("/enable", async (HttpContext context, string userName, [FromForm] string? reason, DisablePerson disable, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await disable.ExecuteAsync(context.Actor(), userName, false, reason ?? "", cancellation), "The account is open again.", cancellation, reason));
        one.MapPost("/link", async (HttpContext context, string userName, [FromForm] string? subject, LinkIdentity link, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await link.JoinAsync(context.Actor(), userName, subject ?? "", cancellation), "The account is joined.", cancellation));
        one.MapPost("/unlink", async (HttpContext context, string userName, LinkIdentity link, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await link.PartAsync(context.Actor(), userName, cancellation), "The account is parted.", cancellation));
        one.MapPost("/sessions/end", async (HttpContext context, string userName, EndSession end, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await end.AllAsync(context.Actor(), userName, null, cancellation), "All their sessions have ended, and their access tokens are revoked.", cancellation));
        one.MapPost("/sessions/{id:guid}/end", async (HttpContext context, string userName, Guid id, EndSession end, PersonView view, CancellationToken cancellation) =>
            await view.DoneAsync(context, userName, await end.OneAsync(context.Actor(), userName, id, cancellation), "The session has ended.", cancellation));
    }

    private static async Task<IResult> RoleAsync(
        HttpContext context, string userName, [FromForm] string? platformRole, ChangePlatformRole change, PersonView view, CancellationToken cancellation)
    {
        PlatformRole? role = StoredEnum.TryFromWord<PlatformRole>(platformRole, out var known) ? known : null;
        var done = string.IsNullOrEmpty(platformRole) || role is not null
            ? await change.ExecuteAsync(context.Actor(), userName, role, cancellation)
            : new Problem("role_unknown", "Choose one of the roles, or none.", "platformRole");
        return await view.DoneAsync(context, userName, done, "The role is saved.", cancellation);
    }
}

/// <summary>Shows the account, and what came of a change to it.</summary>
internal sealed class PersonView(PersonReader people, SessionReader sessions, SignInRules rules)
{
    public async Task<IResult> ShowAsync(
        HttpContext context, string userName, int? page, IReadOnlyList<Problem> problems, CancellationToken cancellation, string? reason = null)
    {
        var actor = context.Actor();
        if (!actor.ReadsEverything)
            return Page.Forbidden("Only administrators, security officers and auditors see the accounts of others.");
        if (await people.FindAsync(actor, userName, cancellation) is not { } person)
            return Page.NotFound();
        return Page.Show<PersonPage, PersonModel>(
            new(person, await sessions.ListAsync(person.Id, new(page ?? 1), cancellation), context.SessionId(), actor.IsAdministrator, rules.Company?.Name, reason, problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    public async Task<IResult> DoneAsync<T>(
        HttpContext context, string userName, Outcome<T> outcome, string sentence, CancellationToken cancellation, string? reason = null)
    {
        if (outcome.Succeeded)
            return Flash.Redirect(context, $"/people/{Uri.EscapeDataString(userName)}", sentence);
        return outcome.IsForbidden()
            ? Page.Forbidden(outcome.Problems[0].Message)
            : await ShowAsync(context, userName, 1, outcome.Problems, cancellation, reason);
    }
}

public sealed record PersonModel(
    PersonDetails Person, Page<SessionRow> Sessions, Guid? Current, bool MayChange, string? Company, string? Reason, IReadOnlyList<Problem> Problems);
