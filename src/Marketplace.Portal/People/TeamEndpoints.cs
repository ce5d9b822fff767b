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

internal static class TeamEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var teams = rest.MapGroup("/teams").WithTags("Teams");
        teams.MapGet("", ListAsync).WithName("listTeams").WithSummary("Every team, or yours.").Produces<PageBody<TeamSummaryBody>>();
        teams.MapPost("", CreateAsync).WithName("createTeam")
            .WithSummary("Make a team and name its first owner. For administrators.").Produces<TeamBody>(StatusCodes.Status201Created);
        teams.MapGet("/{team}", GetAsync).WithName("getTeam").WithSummary("A team and its people.").Produces<TeamBody>();
        teams.MapPut("/{team}/members/{userName}", SetAsync).WithName("setMember")
            .WithSummary("Take a person into the team, or change their role. For its owners and administrators.").Produces(StatusCodes.Status204NoContent);
        teams.MapDelete("/{team}/members/{userName}", RemoveAsync).WithName("removeMember")
            .WithSummary("Take a person out of the team. For its owners and administrators.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        TeamReader teams, HttpContext context, bool? mine, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await teams.ListAsync(context.Actor(), mine ?? false, Paged.From(page, limit), cancellation),
            row => new TeamSummaryBody(row.Name, row.Title, row.Members, row.Apis, row.Applications));

    private static async Task<IResult> GetAsync(string team, TeamReader teams, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await teams.FindAsync(context.Actor(), team, cancellation), $"There is no team {team}.", Of);

    private static async Task<IResult> CreateAsync(
        JsonBody<NewTeamBody> body, CreateTeam create, TeamReader teams, HttpContext context, CancellationToken cancellation)
    {
        var outcome = await create.ExecuteAsync(context.Actor(), new(body.Value.Name, body.Value.Title, body.Value.Owner), cancellation);
        return outcome.Succeeded
            ? Answer.Created($"/teams/{outcome.Value.Name}", Of((await teams.FindAsync(context.Actor(), outcome.Value.Name, cancellation))!))
            : new ProblemResult(outcome.Problems);
    }

    private static async Task<IResult> SetAsync(
        string team, string userName, JsonBody<MembershipBody> body, SetMembership set, HttpContext context, CancellationToken cancellation) =>
        StoredEnum.TryFromWord<TeamRole>(body.Value.Role, out var role)
            ? Answer.Done(await set.ExecuteAsync(context.Actor(), new(team, userName, role), cancellation))
            : new ProblemResult([new Problem("role_unknown", "Choose owner or developer.", "role")]);

    private static async Task<IResult> RemoveAsync(
        string team, string userName, SetMembership set, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await set.ExecuteAsync(context.Actor(), new(team, userName, null), cancellation));

    private static TeamBody Of(TeamDetails team) => new(
        team.Name, team.Title, [.. team.Members.Select(m => new MemberBody(
            m.UserName, m.DisplayName, StoredEnum.ToWord(m.Role), WordOf(m.ByHand), WordOf(m.ByGroup)))]);

    private static string? WordOf(TeamRole? role) => role is { } given ? StoredEnum.ToWord(given) : null;
}
