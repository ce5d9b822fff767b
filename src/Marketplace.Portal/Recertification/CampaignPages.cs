using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Recertification;

/// <summary>Campaigns: the list, and opening one.</summary>
internal static class CampaignPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/recertification", ListAsync);
        pages.MapGet("/recertification/new", NewAsync);
        pages.MapPost("/recertification", OpenAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, int? page, CampaignReader campaigns, OpenCampaign open, TimeProvider clock, CancellationToken cancellation) =>
        Page.Show<CampaignListPage, CampaignListModel>(new(
            await campaigns.ListAsync(context.Actor(), new PageRequest(page ?? 1), cancellation), await open.MayAsync(context.Actor(), cancellation), clock.GetUtcNow()));

    private static Task<IResult> NewAsync(
        HttpContext context, string? api, string? version, string? apiTeam, string? application, string? applicationTeam, string? environment, OpenCampaign open,
        TimeProvider clock, CancellationToken cancellation) =>
        FormAsync(
            context,
            new("", api ?? "", version ?? "", apiTeam ?? "", application ?? "", applicationTeam ?? "", "", environment ?? "", Day(clock.GetUtcNow().AddDays(30)), StoredEnum.ToWord(Reviewers.Owner)),
            null, [], open, clock, cancellation);

    private static async Task<IResult> OpenAsync(HttpContext context, IFormCollection sent, OpenCampaign open, TimeProvider clock, CancellationToken cancellation)
    {
        string Sent(string name) => sent[name].ToString().Trim();
        var form = new CampaignForm(
            Sent("name"), Sent("api"), Sent("version"), Sent("apiTeam"), Sent("application"), Sent("applicationTeam"), Sent("classification"), Sent("environment"), Sent("due"), Sent("reviewers"));
        var scope = new CampaignScope(
            None(form.Api), None(form.Version), None(form.ApiTeam), None(form.Application), None(form.ApplicationTeam),
            StoredEnum.TryFromWord<Classification>(form.Classification, out var data) ? data : null, None(form.Environment));
        if (sent["check"].Count > 0)
        {
            var reach = await open.ReachAsync(context.Actor(), scope, cancellation);
            return await FormAsync(context, form, reach.Value, reach.Problems, open, clock, cancellation);
        }

        if (!DateOnly.TryParseExact(form.Due, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return await FormAsync(context, form, null, [new("due_missing", "Choose a day, such as 2026-12-31.", "due")], open, clock, cancellation);
        StoredEnum.TryFromWord<Reviewers>(form.Reviewers, out var reviewers);
        // The day chosen is included: it ends when it is over in UTC.
        var due = new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero);
        var opened = await open.ExecuteAsync(context.Actor(), new(form.Name, scope, due, reviewers), cancellation);
        return opened.Succeeded
            ? Flash.Redirect(context, $"/recertification/{opened.Value}", "The campaign is open. Its reviewers are told what waits for them.")
            : await FormAsync(context, form, null, opened.Problems, open, clock, cancellation);
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, CampaignForm form, CampaignReach? reach, IReadOnlyList<Problem> problems, OpenCampaign open, TimeProvider clock, CancellationToken cancellation)
    {
        if (!await open.MayAsync(context.Actor(), cancellation))
            return Page.Forbidden(OpenCampaign.Forbidden.Message);
        var model = new NewCampaignModel(form, reach, await open.OwnApisAsync(context.Actor(), cancellation), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), problems);
        return Page.Show<NewCampaignPage, NewCampaignModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string? None(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
