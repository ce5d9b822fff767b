using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

internal static class PeopleEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var people = rest.MapGroup("/people").WithTags("People");
        people.MapGet("", ListAsync).WithName("listPeople")
            .WithSummary("Everybody with an account. For platform roles.").Produces<PageBody<PersonBody>>();
        people.MapPost("", CreateAsync).WithName("createPerson")
            .WithSummary("Make a local account. For administrators.").Produces<PersonBody>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(TeamReader people, HttpContext context, int? page, int? limit, CancellationToken cancellation)
    {
        if (!context.Actor().ReadsEverything)
            return new ProblemResult([new Problem(Problem.Forbidden, "Only administrators, security officers and auditors see everybody.")]);
        return Answer.Page(
            await people.PeopleAsync(Paged.From(page, limit), cancellation),
            row => new PersonBody(row.UserName, row.DisplayName, row.Email, WordOf(row.Role), row.DisabledAt, row.Teams));
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<NewPersonBody> body, CreatePerson create, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        PlatformRole? role = null;
        if (asked.PlatformRole is not null)
        {
            if (!StoredEnum.TryFromWord<PlatformRole>(asked.PlatformRole, out var known))
                return new ProblemResult([new Problem("role_unknown", "Choose administrator, security_officer or auditor, or leave it out.", "platformRole")]);
            role = known;
        }

        return Answer.Created(
            await create.ExecuteAsync(context.Actor(), new(asked.UserName, asked.DisplayName, asked.Email, role, asked.Password), cancellation),
            _ => "/people",
            made => new PersonBody(made.UserName, made.DisplayName, made.Email, WordOf(made.PlatformRole), made.DisabledAt, []));
    }

    private static string? WordOf(PlatformRole? role) => role is { } given ? StoredEnum.ToWord(given) : null;
}
