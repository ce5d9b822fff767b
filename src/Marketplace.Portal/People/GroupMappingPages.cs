using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Company;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>What the groups of the company's identity provider give, for platform roles; administrators change it.</summary>
internal static class GroupMappingPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/group-mappings", ShowAsync);
        pages.MapPost("/group-mappings", AddAsync);
        pages.MapPost("/group-mappings/{id:guid}/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, int? page, ChangeGroupMapping mappings, SignInRules rules, CancellationToken cancellation) =>
        PageOfAsync(context, page, new("", "", ""), [], mappings, rules, cancellation);

    private static async Task<IResult> AddAsync(
        HttpContext context, [FromForm] string? group, [FromForm] string? gives, [FromForm] string? team,
        ChangeGroupMapping mappings, SignInRules rules, CancellationToken cancellation)
    {
        TeamRole? teamRole = StoredEnum.TryFromWord<TeamRole>(gives, out var inTeam) ? inTeam : null;
        PlatformRole? platformRole = StoredEnum.TryFromWord<PlatformRole>(gives, out var onPlatform) ? onPlatform : null;
        var name = string.IsNullOrWhiteSpace(team) ? null : team.Trim();
        var added = await mappings.AddAsync(context.Actor(), new(group ?? "", name, teamRole, platformRole), cancellation);
        if (added.Succeeded)
            return Flash.Redirect(context, "/group-mappings", "Added. It counts from each person's next sign-in on.");
        return added.IsForbidden()
            ? Page.Forbidden(added.Problems[0].Message)
            : await PageOfAsync(context, 1, new(group ?? "", gives ?? "", team ?? ""), added.Problems, mappings, rules, cancellation);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, Guid id, ChangeGroupMapping mappings, CancellationToken cancellation)
    {
        var removed = await mappings.RemoveAsync(context.Actor(), id, cancellation);
        if (removed.Succeeded)
            return Flash.Redirect(context, "/group-mappings", "Removed. It counts from each person's next sign-in on.");
        return removed.IsForbidden() ? Page.Forbidden(removed.Problems[0].Message) : Page.NotFound();
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, int? page, GroupMappingTyped typed, IReadOnlyList<Problem> problems,
        ChangeGroupMapping mappings, SignInRules rules, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (!actor.ReadsEverything)
            return Page.Forbidden("Only administrators, security officers and auditors see what groups give.");
        return Page.Show<GroupMappingPage, GroupMappingModel>(
            new(await mappings.ListAsync(new(page ?? 1, 50), cancellation), actor.IsAdministrator, rules.Company?.Name, typed, problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record GroupMappingTyped(string Group, string Gives, string Team);

public sealed record GroupMappingModel(
    Page<GroupMappingRow> Page, bool MayChange, string? Company, GroupMappingTyped Typed, IReadOnlyList<Problem> Problems);
