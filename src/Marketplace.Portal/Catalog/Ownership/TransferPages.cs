using Marketplace.Core;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Ownership;

/// <summary>An API goes to another team: offered, taken or declined.</summary>
internal static class TransferPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/apis/{api}/transfer", (HttpContext context, string api, [AsParameters] Readers readers, CancellationToken cancellation) =>
            ShowAsync(context, api, TransferForm.Empty, [], readers, cancellation));
        pages.MapPost("/apis/{api}/transfer", OfferAsync);
        pages.MapPost("/apis/{api}/transfer/cancel", CancelAsync);
        pages.MapPost("/apis/{api}/transfer/accept", (HttpContext context, string api, TransferApi transfer, [AsParameters] Readers readers, CancellationToken cancellation) =>
            AnswerAsync(context, api, true, transfer, readers, cancellation));
        pages.MapPost("/apis/{api}/transfer/decline", (HttpContext context, string api, TransferApi transfer, [AsParameters] Readers readers, CancellationToken cancellation) =>
            AnswerAsync(context, api, false, transfer, readers, cancellation));
        pages.MapPost("/apis/{api}/move", MoveAsync);
    }

    private static async Task<IResult> OfferAsync(
        HttpContext context, string api, [FromForm] string? team, [FromForm] string? note, TransferApi transfer, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var form = new TransferForm(team ?? "", note ?? "", "");
        var offered = await transfer.OfferAsync(context.Actor(), api, form.Team, form.Note, cancellation);
        return offered.Succeeded
            ? Flash.Redirect(context, $"/apis/{api}/transfer", "It is offered; the team's owners find it in their inbox.")
            : await ShowAsync(context, api, form, offered.Problems, readers, cancellation);
    }

    private static async Task<IResult> CancelAsync(
        HttpContext context, string api, TransferApi transfer, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var cancelled = await transfer.CancelAsync(context.Actor(), api, cancellation);
        return cancelled.Succeeded
            ? Flash.Redirect(context, $"/apis/{api}/transfer", "Your team keeps it.")
            : await ShowAsync(context, api, TransferForm.Empty, cancelled.Problems, readers, cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context, string api, bool accept, TransferApi transfer, Readers readers, CancellationToken cancellation)
    {
        var answered = await transfer.AnswerAsync(context.Actor(), api, accept, cancellation);
        if (!answered.Succeeded)
            return await ShowAsync(context, api, TransferForm.Empty, answered.Problems, readers, cancellation);
        return accept
            ? Flash.Redirect(context, $"/apis/{api}", "It is your team's now. Requests for it stand in your inbox.")
            : Flash.Redirect(context, "/inbox", "Declined; the team that offered it is told.");
    }

    private static async Task<IResult> MoveAsync(
        HttpContext context, string api, [FromForm] string? team, [FromForm] string? reason, TransferApi transfer, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var form = new TransferForm(team ?? "", "", reason ?? "");
        var moved = await transfer.MoveAsync(context.Actor(), api, form.Team, form.Reason, cancellation);
        return moved.Succeeded
            ? Flash.Redirect(context, $"/apis/{api}/transfer", "It is moved; both teams are told.")
            : await ShowAsync(context, api, form, moved.Problems, readers, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, TransferForm form, IReadOnlyList<Problem> problems, Readers readers, CancellationToken cancellation)
    {
        if (await readers.Transfers.FindAsync(context.Actor(), api, cancellation) is not { } details || problems.Any(p => p is { Code: Problem.NotFound, Field: null }))
            return Page.NotFound();
        var teams = await readers.Teams.ListAsync(context.Actor(), mineOnly: false, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        var model = new TransferModel(details, form, [.. teams.Items.Where(t => t.Name != details.Team)], problems);
        return problems.Count == 0 ? Page.Show<TransferPage, TransferModel>(model) : Page.Again<TransferPage, TransferModel>(model);
    }

    internal sealed record Readers(TransferReader Transfers, TeamReader Teams);
}

public sealed record TransferForm(string Team, string Note, string Reason)
{
    public static TransferForm Empty { get; } = new("", "", "");
}

public sealed record TransferModel(TransferDetails Details, TransferForm Form, IReadOnlyList<TeamRow> Teams, IReadOnlyList<Problem> Problems);
