using Marketplace.Core;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Requests;

/// <summary>Requests that are being put together: from several APIs' pages into one draft, and sent as one request.</summary>
internal static class DraftPages
{
    private static readonly Problem NoDate = new("until_missing", "Choose an end date, such as 2026-12-31.", "until");

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/drafts", ListAsync);
        pages.MapGet("/drafts/add/{api}/{version}", ChooseAsync);
        pages.MapPost("/drafts/add", AddAsync);
        pages.MapGet("/drafts/{number:long}", ShowAsync);
        pages.MapPost("/drafts/{number:long}", ChangeAsync);
        pages.MapPost("/drafts/{number:long}/discard", DiscardAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, DraftReader drafts, int? page, CancellationToken cancellation) =>
        Page.Show<DraftListPage, DraftListModel>(new(await drafts.ListAsync(context.Actor(), new PageRequest(page ?? 1), cancellation)));

    private static Task<IResult> ChooseAsync(
        HttpContext context, DraftReader drafts, string api, string version, string[] operation, CancellationToken cancellation) =>
        ChoiceAsync(context, drafts, [.. operation.Select(key => new EndpointReference(api, version, key))], [], cancellation);

    private static async Task<IResult> AddAsync(
        HttpContext context, IFormCollection sent, EditDraft edit, DraftReader drafts, CancellationToken cancellation)
    {
        List<EndpointReference> endpoints = [.. sent["endpoints"].Select(EndpointReference.Parse).OfType<EndpointReference>()];
        long? into = long.TryParse(sent["draft"], out var number) ? number : null;
        var outcome = await edit.AddAsync(context.Actor(), into, endpoints, cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/drafts/{outcome.Value}", "Added. Find more endpoints, or send it.")
            : await ChoiceAsync(context, drafts, endpoints, outcome.Problems, cancellation);
    }

    private static async Task<IResult> ChoiceAsync(
        HttpContext context, DraftReader drafts, IReadOnlyList<EndpointReference> endpoints, IReadOnlyList<Problem> problems, CancellationToken cancellation)
    {
        var lines = await drafts.NamedAsync(context.Actor(), endpoints, cancellation);
        var mine = await drafts.ListAsync(context.Actor(), new PageRequest(1, EditDraft.Maximum), cancellation);
        var model = new AddToDraftModel(lines, mine.Items, lines is [var line, ..] ? $"/apis/{line.Api}/{line.Version}" : "/catalog", problems);
        return Page.Show<AddToDraftPage, AddToDraftModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, long number, [AsParameters] DraftReaders readers, CancellationToken cancellation) =>
        await readers.Drafts.FindAsync(context.Actor(), number, cancellation) is { } draft
            ? await PageOfAsync(context, number, DraftForm.Of(draft), draft.Lines, [], readers, cancellation)
            : Page.NotFound();

    /// <summary>Every button saves first, so that nothing typed is lost; one of them sends then.</summary>
    private static async Task<IResult> ChangeAsync(
        HttpContext context, long number, IFormCollection sent, EditDraft edit, SendDraft send, [AsParameters] DraftReaders readers, CancellationToken cancellation)
    {
        var (actor, form) = (context.Actor(), DraftForm.Read(sent));
        var outcome = form.Input is { } input ? await edit.SaveAsync(actor, number, input, cancellation) : NoDate;
        if (outcome.Succeeded && sent["send"] == "true")
            outcome = await send.ExecuteAsync(actor, number, cancellation);
        if (!outcome.Succeeded)
            return outcome.Problems[0] is { Code: Problem.NotFound, Field: null }
                ? Page.NotFound()
                : await PageOfAsync(context, number, form, await readers.Drafts.NamedAsync(actor, form.Endpoints, cancellation), outcome.Problems, readers, cancellation);
        return sent["send"] == "true"
            ? Flash.Redirect(context, $"/requests/{outcome.Value}", "The request is sent. The owners of each API find their part in their inbox.")
            : Flash.Redirect(context, $"/drafts/{number}", sent.ContainsKey("remove") ? "Removed." : "Saved. Nobody is asked yet.");
    }

    private static async Task<IResult> DiscardAsync(HttpContext context, long number, EditDraft edit, CancellationToken cancellation) =>
        (await edit.DiscardAsync(context.Actor(), number, cancellation)).Succeeded ? Flash.Redirect(context, "/drafts", "The draft is discarded.") : Page.NotFound();

    private static async Task<IResult> PageOfAsync(
        HttpContext context, long number, DraftForm form, IReadOnlyList<DraftLine> lines, IReadOnlyList<Problem> problems, DraftReaders readers,
        CancellationToken cancellation)
    {
        var mine = await readers.Applications.ListAsync(context.Actor(), null, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        var bounds = DateBounds.Of(readers.EndDates, [.. lines.Select(l => l.Classification)], readers.Clock.GetUtcNow());
        return Page.Show<DraftPage, DraftModel>(
            new(number, form, lines, [.. mine.Items.Where(a => a.DisabledAt is null)], bounds,
                await readers.Plans.OfferedAsync(context.Actor(), [.. lines.Select(l => l.Api).Distinct(StringComparer.Ordinal)], cancellation), problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

internal sealed record DraftReaders(DraftReader Drafts, PlanReader Plans, ApplicationReader Applications, EndDates EndDates, TimeProvider Clock);
