using Marketplace.Core;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Catalog;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Plans;

/// <summary>What an API offers: compared by whoever sees it, written by its owners.</summary>
internal static class PlanPages
{
    private const string Plans = ApiPages.Line + "/plans";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/apis/{api}/plans", (HttpContext context, string api, CatalogReader catalog, CancellationToken cancellation) =>
            ApiPages.ToNewestAsync(context, api, "/plans", catalog, cancellation));
        pages.MapGet(Plans, ShowAsync);
        pages.MapGet(ApiPages.Line + "/write-plan", EditAsync);
        pages.MapPost(Plans, AddAsync);
        pages.MapPost(Plans + "/{plan}", ChangeAsync);
        pages.MapPost(Plans + "/{plan}/archived", ArchiveAsync);
        pages.MapPost(Plans + "/{plan}/applied", ApplyAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, string api, string version, [AsParameters] Readers readers, CancellationToken cancellation) =>
        PageOfAsync(context, api, version, readers, [], cancellation);

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string api, string version, Readers readers, IReadOnlyList<Problem> problems, CancellationToken cancellation) =>
        await readers.OpenAsync(context, api, version, cancellation) is { } open
            ? Page.Show<PlansPage, PlansModel>(new(open.Head, open.Plans, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.NotFound();

    private static async Task<IResult> EditAsync(HttpContext context, string api, string version, string? plan, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.MayPublish: true } open)
            return Page.NotFound();
        if (string.IsNullOrEmpty(plan))
            return Page.Show<PlanEditPage, PlanEditModel>(new(open.Head, null, PlanForm.Empty(open), []));
        return open.Plans.FirstOrDefault(p => p.Name == plan) is { } held
            ? Page.Show<PlanEditPage, PlanEditModel>(new(open.Head, held, PlanForm.Of(held), []))
            : Page.NotFound();
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, string api, string version, IFormCollection form, WritePlan write, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.MayPublish: true } open)
            return Page.NotFound();
        var typed = PlanForm.Read(form);
        var added = await write.AddAsync(context.Actor(), api, typed.Input, cancellation);
        return added.Succeeded
            ? Flash.Redirect(context, open.Head.Url + "/plans", $"The plan {typed.Title.Trim()} is offered.")
            : Page.Again<PlanEditPage, PlanEditModel>(new(open.Head, null, typed, added.Problems));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string api, string version, string plan, IFormCollection form, WritePlan write, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.MayPublish: true } open || open.Plans.FirstOrDefault(p => p.Name == plan) is not { } held)
            return Page.NotFound();
        var typed = PlanForm.Read(form);
        var changed = await write.ChangeAsync(context.Actor(), api, plan, typed.Input, typed.Revision, cancellation);
        if (!changed.Succeeded)
            return Page.Again<PlanEditPage, PlanEditModel>(new(open.Head, held, typed, changed.Problems));
        return Flash.Redirect(
            context, open.Head.Url + "/plans",
            changed.Value == held.Revision || held.Grants == 0 ? "The plan is saved." : $"The plan is saved, with limits that new grants get. {Words.Count(held.Grants, "grant keeps", "grants keep")} the limits from before.");
    }

    private static async Task<IResult> ArchiveAsync(
        HttpContext context, string api, string version, string plan, [FromForm] bool? archived, WritePlan write, CancellationToken cancellation) =>
        (await write.ArchiveAsync(context.Actor(), api, plan, archived is true, cancellation)).Succeeded
            ? Flash.Redirect(context, $"{ApiUrl.Of(api, version)}/plans", archived is true ? "The plan is archived: nobody gets it any more, and grants that carry it stand." : "The plan is offered again.")
            : Page.NotFound();

    private static async Task<IResult> ApplyAsync(
        HttpContext context, string api, string version, string plan, [FromForm] int? grants, ApplyPlan apply, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var applied = await apply.ExecuteAsync(context.Actor(), api, plan, grants ?? 0, cancellation);
        if (applied.IsNotFound())
            return Page.NotFound();
        return applied.Succeeded
            ? Flash.Redirect(
                context, $"{ApiUrl.Of(api, version)}/plans",
                $"{Words.Count(applied.Value.Grants, "grant")} of {Words.Count(applied.Value.Applications, "application")} now {(applied.Value.Grants == 1 ? "has" : "have")} the newest limits; their teams are told.")
            : await PageOfAsync(context, api, version, readers, applied.Problems, cancellation);
    }

    internal sealed record Readers(CatalogReader Catalog, PlanReader Plans)
    {
        public async Task<PlansModel?> OpenAsync(HttpContext context, string api, string version, CancellationToken cancellation) =>
            await ApiPages.HeadAsync(context.Actor(), api, version, Catalog, cancellation) is { } head && await Plans.ListAsync(context.Actor(), api, cancellation) is { } plans
                ? new(head, plans, [])
                : null;
    }
}

public sealed record PlansModel(ApiHead Head, IReadOnlyList<PlanRow> Plans, IReadOnlyList<Problem> Problems);

/// <param name="Plan">Null for a new one.</param>
public sealed record PlanEditModel(ApiHead Head, PlanRow? Plan, PlanForm Form, IReadOnlyList<Problem> Problems);
