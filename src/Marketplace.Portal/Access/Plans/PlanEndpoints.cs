using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Plans;

/// <summary>What the pages of plans do.</summary>
internal static class PlanEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var plans = rest.MapGroup("/apis/{api}/plans").WithTags("Plans");
        plans.MapGet("", ListAsync).WithName("listPlans").WithSummary("The plans of an API, those offered first.").Produces<PageBody<PlanBody>>();
        plans.MapPost("", AddAsync).WithName("addPlan").WithSummary("Offer another plan. For owners of the API's team.").Produces<PlanBody>(StatusCodes.Status201Created);
        plans.MapGet("/{plan}", GetAsync).WithName("getPlan").WithSummary("A plan and its newest limits.").Produces<PlanBody>();
        plans.MapPut("/{plan}", ChangeAsync).WithName("changePlan")
            .WithSummary("Change a plan. Other limits are another revision: grants that stand keep theirs.").Produces<PlanBody>();
        plans.MapPut("/{plan}/archived", ArchiveAsync).WithName("archivePlan").WithSummary("Offer a plan no more, or again.").Produces(StatusCodes.Status204NoContent);
        plans.MapPost("/{plan}/applied", ApplyAsync).WithName("applyPlan").WithSummary("Give every grant of a plan its newest limits.").Produces<AppliedPlanBody>();
        rest.MapGet("/applications/{clientId}/plans", UsesAsync).WithTags("Plans").WithName("listPlanUses")
            .WithSummary("Under which plans an application calls, and what it has used of them; the most used first.").Produces<PageBody<PlanUseBody>>();
    }

    private static async Task<IResult> ListAsync(string api, PlanReader plans, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await plans.ListAsync(context.Actor(), api, cancellation), ApiEndpoints.Unknown(api),
            rows => new PageBody<PlanBody>([.. rows.Select(Of)], 1, Math.Max(1, rows.Count), rows.Count));

    private static async Task<IResult> GetAsync(string api, string plan, PlanReader plans, HttpContext context, CancellationToken cancellation) =>
        Answer.Found((await plans.ListAsync(context.Actor(), api, cancellation))?.FirstOrDefault(p => p.Name == plan), $"There is no plan {plan} of {api} that you may see.", Of);

    private static async Task<IResult> AddAsync(string api, JsonBody<PlanTextBody> body, WritePlan write, PlanReader plans, HttpContext context, CancellationToken cancellation)
    {
        var added = await write.AddAsync(context.Actor(), api, InputOf(body.Value), cancellation);
        return added.Succeeded
            ? Answer.Created($"/apis/{api}/plans/{added.Value}", Of((await plans.ListAsync(context.Actor(), api, cancellation))!.Single(p => p.Name == added.Value)))
            : new ProblemResult(added.Problems);
    }

    private static async Task<IResult> ChangeAsync(
        string api, string plan, JsonBody<PlanTextBody> body, WritePlan write, PlanReader plans, HttpContext context, CancellationToken cancellation)
    {
        var changed = await write.ChangeAsync(context.Actor(), api, plan, InputOf(body.Value), body.Value.Revision, cancellation);
        return changed.Succeeded ? await GetAsync(api, plan, plans, context, cancellation) : new ProblemResult(changed.Problems);
    }

    private static async Task<IResult> ArchiveAsync(
        string api, string plan, JsonBody<PlanArchivalBody> body, WritePlan write, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await write.ArchiveAsync(context.Actor(), api, plan, body.Value.Archived, cancellation));

    private static async Task<IResult> ApplyAsync(
        string api, string plan, JsonBody<PlanApplicationBody> body, ApplyPlan apply, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await apply.ExecuteAsync(context.Actor(), api, plan, body.Value.Grants, cancellation), done => new AppliedPlanBody(done.Revision, done.Grants, done.Applications));

    private static async Task<IResult> UsesAsync(
        string clientId, PlanUseReader uses, ApplicationReader applications, HttpContext context, string? api, string? version, string? environment, int? page, int? limit, CancellationToken cancellation) =>
        await applications.FindAsync(context.Actor(), clientId, cancellation) is null
            ? ProblemResult.NotFound("There is no such application that you may see.")
            : Answer.Page(await uses.ListAsync(context.Actor(), clientId, api, version, environment, Paged.From(page, limit), cancellation), row => new PlanUseBody(
                row.ClientId, row.Api, row.Version, row.Environment,
                new(row.Plan, row.PlanTitle, row.Revision, new(row.Rate, row.Per, row.Burst, row.Quota, row.Window)), row.Grants, row.Calls, row.Until, row.CountedAt, row.SpentAt));

    private static PlanInput InputOf(PlanTextBody body) => new(
        body.Title ?? "", body.Description ?? "", body.Environments ?? [], body.Tags ?? [], body.IsDefault,
        body.Limits is { } limits ? new(limits.Rate, limits.Per, limits.Burst, limits.Quota, limits.Window, limits.MaximumDays) : new());

    private static PlanBody Of(PlanRow plan) => new(
        plan.Name, plan.Title, plan.Description, plan.Environments, plan.Tags, plan.IsDefault, plan.ArchivedAt, plan.Revision,
        new(plan.Rate, plan.Per, plan.Burst, plan.Quota, plan.Window, plan.MaximumDays), plan.Grants, plan.Outdated);
}
