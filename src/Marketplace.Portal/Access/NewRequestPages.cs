using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Access.Requests;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Access;

/// <summary>Ask for the endpoints chosen on the API's page; more can be added and each taken out again.</summary>
internal static class NewRequestPages
{
    private const int UsualDays = 90;
    private const int Shown = 20;
    private const string Route = "/apis/{api}/{version}/request";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Route, ShowAsync);
        pages.MapPost(Route, SendAsync);
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string[] operation, string? application, string? environment, string? find, string? plan,
        ApplicationReader applications, PlanReader plans, IDbContextFactory<MarketplaceDb> databases, EndDates endDates, TemplateReader templates, TimeProvider clock, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow().AddDays(UsualDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return PageOfAsync(
            context, api, version, new(operation, application, environment ?? DeploymentEnvironment.Sandbox, null, until, find) { Plan = plan }, [],
            applications, plans, databases, endDates, templates, clock, cancellation);
    }

    private static async Task<IResult> SendAsync(
        HttpContext context, string api, string version, IFormCollection sent, SubmitAccessRequest submit, EditDraft drafts,
        ApplicationReader applications, PlanReader plans, IDbContextFactory<MarketplaceDb> databases, EndDates endDates, TemplateReader templates, TimeProvider clock, CancellationToken cancellation)
    {
        var form = new NewRequestForm(ChosenIn(sent), sent["application"], sent["environment"], sent["justification"], sent["until"], sent["find"]) { Plan = sent["plan"] };
        if (sent["save"] == "true")
        {
            DateOnly? last = DateOnly.TryParseExact(form.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var typed) ? typed : null;
            var saved = await drafts.SaveAsync(
                context.Actor(), null, new([.. form.Operations.Select(key => new EndpointReference(api, version, key))], form.Application, form.Environment, form.Justification ?? "", last),
                cancellation);
            return saved.Succeeded
                ? Flash.Redirect(context, $"/drafts/{saved.Value}", "Saved as a draft. Add endpoints of other APIs, or send it.")
                : await PageOfAsync(context, api, version, form, saved.Problems, applications, plans, databases, endDates, templates, clock, cancellation);
        }

        if (sent["emergency"] == "true")
            return Results.LocalRedirect(
                $"~/apis/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}/emergency?application={Uri.EscapeDataString(form.Application ?? "")}&environment={Uri.EscapeDataString(form.Environment ?? "")}"
                + string.Concat(form.Operations.Select(key => $"&operation={Uri.EscapeDataString(key)}")));

        // Any other button only searches, adds or takes out.
        if (sent["send"] != "true")
            return await PageOfAsync(context, api, version, form, [], applications, plans, databases, endDates, templates, clock, cancellation);
        if (!DateOnly.TryParseExact(form.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Problem noDate = new("until_missing", "Choose an end date, such as 2026-12-31.", "until");
            return await PageOfAsync(context, api, version, form, [noDate], applications, plans, databases, endDates, templates, clock, cancellation);
        }

        var outcome = await submit.ExecuteAsync(
            context.Actor(),
            new(form.Application ?? "", form.Environment ?? "", [new(api, version, form.Operations) { Plan = form.Plan }], form.Justification ?? "", EndDates.EndOf(day)),
            cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/requests/{outcome.Value}", "The request is sent. The owners find it in their inbox.")
            : await PageOfAsync(context, api, version, form, outcome.Problems, applications, plans, databases, endDates, templates, clock, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string api, string version, NewRequestForm form, IReadOnlyList<Problem> problems,
        ApplicationReader applications, PlanReader plans, IDbContextFactory<MarketplaceDb> databases, EndDates endDates, TemplateReader templates, TimeProvider clock, CancellationToken cancellation)
    {
        var actor = context.Actor();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var lines = db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version);
        var line = await lines
            .Select(v => new AskedLine(
                v.Api!.Name, v.Api.Title, v.Version, v.Api.Team!.Title, v.Lifecycle == Lifecycle.Published || v.Lifecycle == Lifecycle.Deprecated,
                v.Api.Classification))
            .SingleOrDefaultAsync(cancellation);
        if (line is null)
            return Page.NotFound();

        var published = lines.SelectMany(v => v.Operations).Where(o => o.RemovedIn == null);
        var chosen = await EndpointsOf(published.Where(o => form.Operations.Contains(o.Key))).Take(SubmitAccessRequest.MaximumOperations).ToListAsync(cancellation);
        var others = published.Where(o => !form.Operations.Contains(o.Key));
        if (!string.IsNullOrWhiteSpace(form.Find))
        {
            var pattern = "%" + form.Find.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal) + "%";
            others = others.Where(o => EF.Functions.ILike(o.Method + " " + o.Path, pattern) || EF.Functions.ILike(o.Summary, pattern) || EF.Functions.ILike(o.Key, pattern));
        }

        var mine = await applications.ListAsync(actor, null, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        var model = new NewRequestModel(
            line, form, chosen, await EndpointsOf(others).Take(Shown).ToListAsync(cancellation), await others.CountAsync(cancellation),
            [.. mine.Items.Where(a => a.DisabledAt is null)], DateBounds.Of(endDates, [line.Classification], clock.GetUtcNow()),
            await templates.ListAsync(actor, api, version, cancellation) ?? [], problems)
        {
            Plans = [.. (await plans.ListAsync(actor, api, cancellation) ?? []).Where(p => p.IsOffered)],
        };
        return Page.Show<NewRequestPage, NewRequestModel>(
            model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    private static IQueryable<AskedEndpoint> EndpointsOf(IQueryable<Operation> operations) =>
        operations.OrderBy(o => o.Path).ThenBy(o => o.Method).Select(o => new AskedEndpoint(o.Key, o.Method, o.Path, o.Summary));

    private static IReadOnlyList<string> ChosenIn(IFormCollection sent) =>
    [
        .. sent["operations"].Concat(sent["add"]).Where(key => !string.IsNullOrEmpty(key) && !sent["remove"].Contains(key))
            .Select(key => key!).Distinct(StringComparer.Ordinal),
    ];
}
