using Marketplace.Core;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Teams;

internal static class TeamPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/teams", ListAsync);
        pages.MapPost("/teams", CreateAsync);
        pages.MapGet("/teams/{name}", ShowAsync);
        pages.MapPost("/teams/{name}/members", SetMemberAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, TeamReader teams, int? page, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var found = await teams.ListAsync(actor, mineOnly: false, new(page ?? 1), cancellation);
        return Page.Show<TeamListPage, TeamListModel>(new(found, actor.IsAdministrator, new("", "", ""), []));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, TeamReader teams, CreateTeam create,
        [FromForm] string? name, [FromForm] string? title, [FromForm] string? owner, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var input = new CreateTeamInput(name ?? "", title ?? "", owner ?? "");
        var made = await create.ExecuteAsync(actor, input, cancellation);
        if (made.Succeeded)
            return Flash.Redirect(context, $"/teams/{made.Value.Name}", $"The team {made.Value.Title} is made.");
        if (made.IsForbidden())
            return Page.Forbidden(made.Problems[0].Message);
        var found = await teams.ListAsync(actor, mineOnly: false, new(), cancellation);
        return Page.Again<TeamListPage, TeamListModel>(new(found, true, input, made.Problems));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, TeamReader teams, IDbContextFactory<MarketplaceDb> contexts, string name, CancellationToken cancellation) =>
        await LoadAsync(context.Actor(), teams, contexts, name, cancellation) is { } model ? Page.Show<TeamPage, TeamModel>(model) : Page.NotFound();

    private static async Task<IResult> SetMemberAsync(
        HttpContext context, TeamReader teams, SetMembership set, IDbContextFactory<MarketplaceDb> contexts, string name,
        [FromForm] string? userName, [FromForm] string? role, CancellationToken cancellation)
    {
        var actor = context.Actor();
        TeamRole? given = StoredEnum.TryFromWord<TeamRole>(role, out var parsed) ? parsed : null;
        // No role takes the person out of the team; a role that we do not know must not.
        var done = given is null && !string.IsNullOrEmpty(role)
            ? new Problem("role_unknown", "Choose owner or developer.", "role")
            : await set.ExecuteAsync(actor, new(name, userName ?? "", given), cancellation);
        if (done.Succeeded)
            return Flash.Redirect(context, $"/teams/{name}", given is null ? $"{userName} has left the team." : $"{userName} is {role} of the team now.");
        if (done.IsForbidden())
            return Page.Forbidden(done.Problems[0].Message);
        return await LoadAsync(actor, teams, contexts, name, cancellation) is { } model
            ? Page.Again<TeamPage, TeamModel>(model with { UserName = userName ?? "", Role = role ?? "", Problems = done.Problems })
            : Page.NotFound();
    }

    private static async Task<TeamModel?> LoadAsync(
        Actor actor, TeamReader teams, IDbContextFactory<MarketplaceDb> contexts, string name, CancellationToken cancellation)
    {
        if (await teams.FindAsync(actor, name, cancellation) is not { } team)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var apis = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Team!.Name == name)
            .OrderBy(v => v.Api!.Title).ThenByDescending(v => v.CreatedAt)
            .Select(v => new TeamApi(v.Api!.Name, v.Api.Title, v.Version, v.Lifecycle, v.Operations.Count(o => o.RemovedIn == null)))
            .ToListAsync(cancellation);
        var applications = await db.Applications.SeenBy(actor).Where(a => a.Team!.Name == name).OrderBy(a => a.Name)
            .Select(a => new TeamApplication(a.ClientId, a.Name, a.Description))
            .ToListAsync(cancellation);
        var isMember = await db.Teams.WithMember(actor).AnyAsync(t => t.Name == name, cancellation);
        return new(team, apis, applications, "", "", [], actor.ReadsEverything || isMember);
    }
}

public sealed record TeamListModel(Page<TeamRow> Teams, bool MayCreate, CreateTeamInput Input, IReadOnlyList<Problem> Problems);

public sealed record TeamApi(string Name, string Title, string Version, Lifecycle Lifecycle, int Operations);

public sealed record TeamApplication(string ClientId, string Name, string Description);

public sealed record TeamModel(
    TeamDetails Team, IReadOnlyList<TeamApi> Apis, IReadOnlyList<TeamApplication> Applications,
    string UserName, string Role, IReadOnlyList<Problem> Problems, bool SeesWebhooks);
