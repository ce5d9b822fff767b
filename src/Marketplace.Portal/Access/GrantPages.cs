using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Access;

/// <summary>Who may call an API, and one grant with its end.</summary>
internal static class GrantPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/apis/{api}/{version}/grants", OfApiAsync);
        pages.MapGet("/grants/{id:guid}", ShowAsync);
        pages.MapPost("/grants/{id:guid}/revoke", RevokeAsync);
    }

    private static async Task<IResult> OfApiAsync(
        HttpContext context, string api, string version, string? environment, bool? ended, int? page,
        GrantReader grants, IDbContextFactory<MarketplaceDb> databases, CancellationToken cancellation)
    {
        var actor = context.Actor();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var title = await db.ApiVersions
            .Where(v => v.Api!.Name == api && v.Version == version
                && (actor.ReadsEverything || v.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id)))
            .Select(v => v.Api!.Title).SingleOrDefaultAsync(cancellation);
        if (title is null)
            return Page.NotFound();
        var filter = new GrantFilter(Api: api, Version: version, Environment: environment, ActiveOnly: ended is not true);
        return Page.Show<GrantList, GrantListModel>(new(
            title, api, version, environment, ended is true, await grants.ListAsync(actor, filter, new PageRequest(page ?? 1, 50), cancellation)));
    }

    private static Task<IResult> ShowAsync(HttpContext context, Guid id, GrantReader grants, ApplicationReader applications, CancellationToken cancellation) =>
        PageOfAsync(context, id, null, [], grants, applications, cancellation);

    private static async Task<IResult> RevokeAsync(
        HttpContext context, Guid id, [FromForm] string? reason, RevokeGrant revoke, GrantReader grants, ApplicationReader applications,
        CancellationToken cancellation)
    {
        var outcome = await revoke.ExecuteAsync(context.Actor(), id, reason ?? "", cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/grants/{id}", $"The grant is revoked, as policy revision {outcome.Value.Revision}.")
            : await PageOfAsync(context, id, reason, outcome.Problems, grants, applications, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, Guid id, string? reason, IReadOnlyList<Problem> problems, GrantReader grants, ApplicationReader applications,
        CancellationToken cancellation)
    {
        if (await grants.FindAsync(context.Actor(), id, cancellation) is not { } grant)
            return Page.NotFound();
        var seesApplication = await applications.FindAsync(context.Actor(), grant.ClientId, cancellation) is not null;
        return Page.Show<GrantPage, GrantModel>(
            new(grant, seesApplication, reason, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record GrantListModel(string Title, string Api, string Version, string? Environment, bool Ended, Page<GrantRow> Page)
{
    public string Url(string? environment, bool ended, int page = 1)
    {
        string[] query =
        [
            .. environment is null ? Array.Empty<string>() : [$"environment={Uri.EscapeDataString(environment)}"],
            .. ended ? ["ended=true"] : Array.Empty<string>(),
            .. page > 1 ? [$"page={page}"] : Array.Empty<string>(),
        ];
        return $"/apis/{Api}/{Version}/grants" + (query.Length == 0 ? "" : "?" + string.Join('&', query));
    }
}

public sealed record GrantModel(GrantRow Grant, bool SeesApplication, string? Reason, IReadOnlyList<Problem> Problems);
