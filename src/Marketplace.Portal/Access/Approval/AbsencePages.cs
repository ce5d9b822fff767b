using System.Globalization;
using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Approval;

/// <summary>Whoever will be away says who gives their approvals meanwhile.</summary>
internal static class AbsencePages
{
    private const string Path = "/me/absences";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, (HttpContext context, int? page, EntrustApprovals absences, CancellationToken cancellation) =>
            PageOfAsync(context, new("", "", "", page ?? 1), [], absences, cancellation));
        pages.MapPost(Path, BeginAsync);
        pages.MapPost(Path + "/{id:guid}/end", EndAsync);
    }

    public static void MapRest(IEndpointRouteBuilder rest)
    {
        var absences = rest.MapGroup(Path).WithTags("Me");
        absences.MapGet("", async (HttpContext context, int? page, int? limit, EntrustApprovals use, CancellationToken cancellation) =>
                Answer.Page(await use.ListAsync(context.Actor(), Paged.From(page, limit), cancellation), Of))
            .WithName("listMyAbsences").WithSummary("When you are away and who gives your approvals, and whose you give; newest first.").Produces<PageBody<AbsenceBody>>();
        absences.MapPost("", async (JsonBody<NewAbsenceBody> body, HttpContext context, EntrustApprovals use, CancellationToken cancellation) =>
                Answer.Created(
                    await use.BeginAsync(context.Actor(), new(body.Value.Delegate, body.Value.From, body.Value.Until), cancellation), id => $"{Path}/{id}", id => new CreatedAbsenceBody(id)))
            .WithName("entrustApprovals").WithSummary("Say that you are away, and who gives your approvals meanwhile.").Produces<CreatedAbsenceBody>(StatusCodes.Status201Created);
        absences.MapDelete("/{id:guid}", async (Guid id, HttpContext context, EntrustApprovals use, CancellationToken cancellation) =>
                Answer.Done(await use.EndAsync(context.Actor(), id, cancellation)))
            .WithName("endAbsence").WithSummary("You are back before the time.").Produces(StatusCodes.Status204NoContent);
    }

    private static AbsenceBody Of(AbsenceRow row) => new(row.Id, row.Person, row.Delegate, row.IsOwn, row.From, row.Until, row.EndedAt);

    private static async Task<IResult> BeginAsync(
        HttpContext context, [FromForm] string? @delegate, [FromForm] string? from, [FromForm] string? until, EntrustApprovals absences, CancellationToken cancellation)
    {
        AbsenceForm form = new(@delegate ?? "", from ?? "", until ?? "", 1);
        if (DayOf(form.From) is not { } first || DayOf(form.Until) is not { Year: < 9999 } last)
            return await PageOfAsync(context, form, [new("until_missing", "Choose a first and a last day, such as 2026-12-31.", "until")], absences, cancellation);
        // The last day is included.
        var begun = await absences.BeginAsync(context.Actor(), new(form.Delegate, first, last.AddDays(1)), cancellation);
        return begun.Succeeded
            ? Flash.Redirect(context, Path, "Who stands in for you has been told.")
            : await PageOfAsync(context, form, begun.Problems, absences, cancellation);
    }

    private static async Task<IResult> EndAsync(HttpContext context, Guid id, EntrustApprovals absences, CancellationToken cancellation)
    {
        var ended = await absences.EndAsync(context.Actor(), id, cancellation);
        return ended.Succeeded ? Flash.Redirect(context, Path, "Welcome back.")
            : ended.IsNotFound() ? Page.NotFound()
            : await PageOfAsync(context, new("", "", "", 1), ended.Problems, absences, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, AbsenceForm form, IReadOnlyList<Problem> problems, EntrustApprovals absences, CancellationToken cancellation) =>
        Page.Show<AbsencePage, AbsenceModel>(
            new(form, problems, await absences.ListAsync(context.Actor(), new(form.Page), cancellation), context.RequestServices.Clock()),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));

    private static DateTimeOffset? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    private static DateTimeOffset Clock(this IServiceProvider services) => ((TimeProvider)services.GetService(typeof(TimeProvider))!).GetUtcNow();
}

public sealed record AbsenceForm(string Delegate, string From, string Until, int Page);

public sealed record AbsenceModel(AbsenceForm Form, IReadOnlyList<Problem> Problems, Page<AbsenceRow> Rows, DateTimeOffset Now);
