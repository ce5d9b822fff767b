using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Recertification.Evidence;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Recertification;

/// <summary>One campaign: its items, the answers, its end and its evidence.</summary>
internal static class ReviewPages
{
    private const int RowsShown = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/recertification/{number:long}", ShowAsync);
        pages.MapPost("/recertification/{number:long}/answers", AnswerAsync);
        pages.MapPost("/recertification/{number:long}/close", CloseAsync);
        pages.MapPost("/recertification/{number:long}/evidence", ExportAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, long number, [AsParameters] ReviewReaders readers, CancellationToken cancellation) =>
        PageOfAsync(context, number, FilterOf(context.Request.Query), ReviewForm.Empty, null, null, [], readers, cancellation);

    private static async Task<IResult> AnswerAsync(
        HttpContext context, long number, IFormCollection sent, AnswerItems answer, [AsParameters] ReviewReaders readers, CancellationToken cancellation)
    {
        var filter = FilterOf(context.Request.Query);
        HashSet<Guid> chosen = [.. sent["items"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];
        var form = new ReviewForm(sent["reason"].ToString(), sent["until"].ToString(), chosen);
        if (!StoredEnum.TryFromWord<ReviewAction>(sent["action"].ToString(), out var action))
            return await PageOfAsync(context, number, filter, form, null, null, [new("action_missing", "Choose what becomes of them: keep, narrow or revoke.")], readers, cancellation);
        // The day chosen is included.
        DateTimeOffset? until = DateOnly.TryParseExact(form.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero)
            : null;
        var done = await answer.ExecuteAsync(context.Actor(), number, new(chosen, action, until, form.Reason), cancellation);
        if (!done.Succeeded)
            return await PageOfAsync(context, number, filter, form, null, null, done.Problems, readers, cancellation);
        var said = RecertificationWords.Of(done.Value);
        return context.Request.WantsFragment()
            ? await PageOfAsync(context, number, filter, ReviewForm.Empty, null, said, [], readers, cancellation)
            : Flash.Redirect(context, $"/recertification/{number}{(filter.Query.Length == 0 ? "" : "?" + filter.Query)}", said);
    }

    private static async Task<IResult> CloseAsync(
        HttpContext context, long number, IFormCollection sent, CloseCampaign close, [AsParameters] ReviewReaders readers, CancellationToken cancellation)
    {
        var reason = sent["reason"].ToString();
        var done = await close.ExecuteAsync(context.Actor(), number, reason, cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, $"/recertification/{number}", done.Value.Unanswered == 0
                ? "The campaign is closed, with every grant answered. Export the evidence."
                : $"The campaign is closed. {Words.Count(done.Value.Unanswered, "grant")} without an answer stand as they are.")
            : await PageOfAsync(context, number, FilterOf(context.Request.Query), ReviewForm.Empty, reason, null, done.Problems, readers, cancellation);
    }

    private static async Task<IResult> ExportAsync(HttpContext context, long number, IFormCollection sent, ExportEvidence export, CancellationToken cancellation)
    {
        StoredEnum.TryFromWord<EvidenceFormat>(sent["format"].ToString(), out var format);
        var done = await export.ExecuteAsync(context.Actor(), number, format, cancellation);
        return done.Succeeded ? EvidenceFileResult.Of(context, done.Value, format) : Page.NotFound();
    }

    private static ReviewFilter FilterOf(IQueryCollection query) => new(
        query["show"].ToString() is ReviewFilter.Answered or ReviewFilter.All ? query["show"].ToString() : ReviewFilter.Open,
        StoredEnum.TryFromWord<UseWord>(query["use"].ToString(), out var use) ? use : null,
        CampaignPages.None(query["application"].ToString()),
        int.TryParse(query["page"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : 1);

    private static async Task<IResult> PageOfAsync(
        HttpContext context, long number, ReviewFilter filter, ReviewForm form, string? closeReason, string? said, IReadOnlyList<Problem> problems, ReviewReaders readers,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        var (found, past) = (readers.Campaigns.FindAsync(actor, number, cancellation), readers.Evidence.PastAsync(actor, number, cancellation));
        await Task.WhenAll(found, past);
        if (await found is not { } details
            || await readers.Campaigns.ItemsAsync(actor, number, filter.Items, new PageRequest(filter.Page, RowsShown), cancellation, details.Progress) is not { } items)
            return Page.NotFound();
        // The last page was answered whole.
        if (items is { Items.Count: 0, Total: > 0 })
        {
            filter = filter with { Page = items.Count };
            items = (await readers.Campaigns.ItemsAsync(actor, number, filter.Items, new PageRequest(filter.Page, RowsShown), cancellation, details.Progress))!;
        }

        var model = new ReviewModel(
            details, items, filter, form, await past ?? [], closeReason, said, readers.Clock.GetUtcNow(), problems);
        context.Response.Headers.Vary = "HX-Request";
        // htmx swaps nothing that failed; what is wrong is said in the part itself.
        if (context.Request.WantsFragment())
            return Page.Show<ReviewBoard, ReviewModel>(model);
        var status = problems.Count == 0 ? StatusCodes.Status200OK : problems[0].Code == Problem.NotFound ? StatusCodes.Status404NotFound : ProblemStatus.Of(problems[0].Code);
        return Page.Show<ReviewPage, ReviewModel>(model, status);
    }
}

internal sealed record ReviewReaders(CampaignReader Campaigns, ExportEvidence Evidence, TimeProvider Clock);
