using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Recertification.Unused;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Recertification;

/// <summary>"Not used in 90 days", and what can be done about it with one click.</summary>
internal static class UnusedPages
{
    private const int RowsShown = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/recertification/unused", ShowAsync);
        pages.MapPost("/recertification/unused/ask", AskAsync);
        pages.MapPost("/recertification/unused/give-up", GiveUpAsync);
        pages.MapPost("/recertification/unused/notice", NoticeAsync);
        pages.MapGet("/recertification/narrowing/{number:long}", NarrowingAsync);
        pages.MapPost("/recertification/narrowing/{number:long}/answer", AnswerAsync);
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string? api, string? version, string? application, string? environment, bool? unknown, int? page, UnusedReader unused, CancellationToken cancellation) =>
        PageOfAsync(
            context, new(CampaignPages.None(api), CampaignPages.None(version), CampaignPages.None(application), CampaignPages.None(environment), unknown is true), page ?? 1, "", "14", [],
            unused, cancellation);

    private static async Task<IResult> AskAsync(HttpContext context, IFormCollection sent, AskToNarrow ask, UnusedReader unused, CancellationToken cancellation)
    {
        var target = TargetOf(sent);
        var done = await ask.ExecuteAsync(context.Actor(), target, cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, Back(sent), $"The team of {target.Application} is asked to give them up.")
            : await AgainAsync(context, target, "", "14", done.Problems, unused, cancellation);
    }

    private static async Task<IResult> GiveUpAsync(HttpContext context, IFormCollection sent, NarrowUnused narrow, UnusedReader unused, CancellationToken cancellation)
    {
        var target = TargetOf(sent);
        var done = await narrow.GiveUpAsync(context.Actor(), target, cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, Back(sent), $"{Words.Count(done.Value.Endpoints, "endpoint")} given up. What is called from time to time after all can be asked for again.")
            : await AgainAsync(context, target, "", "14", done.Problems, unused, cancellation);
    }

    private static async Task<IResult> NoticeAsync(HttpContext context, IFormCollection sent, NarrowUnused narrow, UnusedReader unused, CancellationToken cancellation)
    {
        var target = TargetOf(sent);
        var (days, reason) = (sent["days"].ToString(), sent["reason"].ToString());
        var done = await narrow.WithNoticeAsync(
            context.Actor(), target, int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0, reason, cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, Back(sent), $"{Words.Count(done.Value.Endpoints, "endpoint")} end on {Words.Day(done.Value.Ends)}. The team was told.")
            : await AgainAsync(context, target, reason, days, done.Problems, unused, cancellation);
    }

    private static async Task<IResult> NarrowingAsync(HttpContext context, long number, NarrowingReader narrowing, CancellationToken cancellation) =>
        await narrowing.FindAsync(context.Actor(), number, cancellation) is { } details
            ? Page.Show<NarrowingPage, NarrowingModel>(new(details, "", []))
            : Page.NotFound();

    private static async Task<IResult> AnswerAsync(
        HttpContext context, long number, IFormCollection sent, AnswerNarrowing answer, NarrowingReader narrowing, CancellationToken cancellation)
    {
        var (giveUp, reason) = (sent["answer"] == "give_up", sent["reason"].ToString());
        var done = await answer.ExecuteAsync(context.Actor(), number, giveUp, reason, cancellation);
        if (done.Succeeded)
            return Flash.Redirect(context, $"/recertification/narrowing/{number}", giveUp ? $"{Words.Count(done.Value.Endpoints, "endpoint")} given up. Thank you." : "They stay. The owners read why.");
        if (done.IsNotFound() || await narrowing.FindAsync(context.Actor(), number, cancellation) is not { } details)
            return Page.NotFound();
        return Page.Show<NarrowingPage, NarrowingModel>(new(details, reason, done.Problems), ProblemStatus.Of(done.Problems[0].Code));
    }

    private static Task<IResult> AgainAsync(
        HttpContext context, NarrowingTarget target, string reason, string days, IReadOnlyList<Problem> problems, UnusedReader unused, CancellationToken cancellation) =>
        problems.Any(p => p.Code == Problem.NotFound)
            ? Task.FromResult<IResult>(Page.NotFound())
            : PageOfAsync(context, new(target.Api, target.Version, target.Application, target.Environment), 1, reason, days, problems, unused, cancellation);

    private static async Task<IResult> PageOfAsync(
        HttpContext context, UnusedFilter filter, int page, string reason, string days, IReadOnlyList<Problem> problems, UnusedReader unused, CancellationToken cancellation)
    {
        var rows = await unused.ListAsync(context.Actor(), filter, new PageRequest(page, RowsShown), cancellation);
        var model = new UnusedModel(rows, filter, [], reason, days, problems);
        if (model.IsOne)
            model = model with { Endpoints = await unused.EndpointsAsync(context.Actor(), filter, cancellation) };
        return Page.Show<UnusedPage, UnusedModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    private static NarrowingTarget TargetOf(IFormCollection sent) =>
        new(sent["application"].ToString(), sent["api"].ToString(), sent["version"].ToString(), sent["environment"].ToString());

    /// <summary>To the list that one came from.</summary>
    private static string Back(IFormCollection sent) => SignIn.LocalUrl.Or(sent["returnUrl"].ToString(), "/recertification/unused");
}
