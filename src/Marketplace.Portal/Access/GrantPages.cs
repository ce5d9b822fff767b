using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access;

/// <summary>One grant, and its end.</summary>
internal static class GrantPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/grants/{id:guid}", ShowAsync);
        pages.MapPost("/grants/{id:guid}/revoke", RevokeAsync);
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, Guid id, GrantReader grants, ApplicationReader applications, PlanUseReader plans, DataPlaneReader dataPlanes, CancellationToken cancellation) =>
        PageOfAsync(context, id, null, [], grants, applications, plans, dataPlanes, cancellation);

    private static async Task<IResult> RevokeAsync(
        HttpContext context, Guid id, [FromForm] string? reason, EndGrants end, GrantReader grants, ApplicationReader applications, PlanUseReader plans, DataPlaneReader dataPlanes,
        CancellationToken cancellation)
    {
        var outcome = await end.ExecuteAsync(context.Actor(), GrantScope.Of(id), null, reason ?? "", cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/grants/{id}", $"The grant is revoked, as policy revision {outcome.Value.Revision}.")
            : await PageOfAsync(context, id, reason, outcome.Problems, grants, applications, plans, dataPlanes, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, Guid id, string? reason, IReadOnlyList<Problem> problems, GrantReader grants, ApplicationReader applications, PlanUseReader plans, DataPlaneReader dataPlanes,
        CancellationToken cancellation)
    {
        if (await grants.FindAsync(context.Actor(), id, cancellation) is not { } grant)
            return Page.NotFound();
        var seesApplication = await applications.FindAsync(context.Actor(), grant.ClientId, cancellation) is not null;
        var seesEnforcement = grant.State is not GrantState.Active && await dataPlanes.MaySeeAsync(context.Actor(), grant.Api, grant.Version, cancellation);
        var use = grant is { Plan: { } plan, State: GrantState.Active }
            ? (await plans.ListAsync(context.Actor(), grant.ClientId, grant.Api, grant.Version, grant.Environment, new(1, PageRequest.MaximumSize), cancellation)).Items
                .FirstOrDefault(u => u.Plan == plan.Name && u.Revision == plan.Revision)
            : null;
        return Page.Show<GrantPage, GrantModel>(
            new(grant, seesApplication, seesEnforcement, reason, problems) { Use = use }, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record GrantModel(GrantRow Grant, bool SeesApplication, bool SeesEnforcement, string? Reason, IReadOnlyList<Problem> Problems)
{
    /// <summary>What its application has used of its plan; null without one, and where it has ended.</summary>
    public PlanUseRow? Use { get; init; }
}
