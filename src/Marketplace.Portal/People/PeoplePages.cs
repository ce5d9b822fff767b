using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>Everybody with an account, for platform roles; administrators make new ones.</summary>
internal static class PeoplePages
{
    private const string NotYours = "Only administrators, security officers and auditors see everybody.";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/people", ListAsync);
        pages.MapPost("/people", CreateAsync);
    }

    private static Task<IResult> ListAsync(HttpContext context, int? page, TeamReader people, CancellationToken cancellation) =>
        PageOfAsync(context, page, new("", "", null, null, ""), [], people, cancellation);

    private static async Task<IResult> CreateAsync(
        HttpContext context, [FromForm] string? userName, [FromForm] string? displayName, [FromForm] string? email, [FromForm] string? platformRole,
        [FromForm] string? password, CreatePerson create, TeamReader people, CancellationToken cancellation)
    {
        PlatformRole? role = StoredEnum.TryFromWord<PlatformRole>(platformRole, out var known) ? known : null;
        var input = new CreatePersonInput(userName ?? "", displayName ?? "", email, role, password ?? "");
        var outcome = string.IsNullOrEmpty(platformRole) || role is not null
            ? await create.ExecuteAsync(context.Actor(), input, cancellation)
            : new Problem("role_unknown", "Choose one of the roles, or none.", "platformRole");
        if (outcome.Succeeded)
            return Flash.Redirect(context, "/people", $"{outcome.Value.DisplayName} can sign in as {outcome.Value.UserName}.");
        return outcome.IsForbidden()
            ? Page.Forbidden(outcome.Problems[0].Message)
            : await PageOfAsync(context, 1, input, outcome.Problems, people, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, int? page, CreatePersonInput input, IReadOnlyList<Problem> problems, TeamReader people, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (!actor.ReadsEverything)
            return Page.Forbidden(NotYours);
        return Page.Show<PeoplePage, PeopleModel>(
            new(await people.PeopleAsync(new PageRequest(page ?? 1, 50), cancellation), actor.IsAdministrator, input, problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record PeopleModel(Page<PersonRow> Page, bool MayCreate, CreatePersonInput Input, IReadOnlyList<Problem> Problems);
