using Marketplace.Core;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications.Ownership;

/// <summary>An application goes to another team: offered, taken or declined.</summary>
internal static class ApplicationTransferPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var one = pages.MapGroup("/applications/{clientId}");
        one.MapGet("/transfer", (HttpContext context, string clientId, [AsParameters] Readers readers, CancellationToken cancellation) =>
            ShowAsync(context, clientId, ApplicationTransferForm.Empty, [], readers, cancellation));
        one.MapPost("/transfer", OfferAsync);
        one.MapPost("/transfer/cancel", async (HttpContext context, string clientId, TransferApplication transfer, [AsParameters] Readers readers, CancellationToken cancellation) =>
            await EndAsync(context, clientId, await transfer.CancelAsync(context.Actor(), clientId, cancellation), $"/applications/{clientId}/transfer", "Your team keeps it.", readers, cancellation));
        one.MapPost("/transfer/accept", async (HttpContext context, string clientId, TransferApplication transfer, [AsParameters] Readers readers, CancellationToken cancellation) =>
            await EndAsync(
                context, clientId, await transfer.AnswerAsync(context.Actor(), clientId, true, cancellation), $"/applications/{clientId}",
                "It is your team's now. Add credentials of your own, and revoke those that the other team knows.", readers, cancellation));
        one.MapPost("/transfer/decline", async (HttpContext context, string clientId, TransferApplication transfer, [AsParameters] Readers readers, CancellationToken cancellation) =>
            await EndAsync(context, clientId, await transfer.AnswerAsync(context.Actor(), clientId, false, cancellation), "/inbox", "Declined; the team that offered it is told.", readers, cancellation));
        one.MapPost("/move", MoveAsync);
    }

    private static async Task<IResult> OfferAsync(
        HttpContext context, string clientId, [FromForm] string? team, [FromForm] string? note, TransferApplication transfer, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var form = new ApplicationTransferForm(team ?? "", note ?? "", "");
        var offered = await transfer.OfferAsync(context.Actor(), clientId, form.Team, form.Note, cancellation);
        return offered.Succeeded
            ? Flash.Redirect(context, $"/applications/{clientId}/transfer", "It is offered; the team's owners find it in their inbox.")
            : await ShowAsync(context, clientId, form, offered.Problems, readers, cancellation);
    }

    private static async Task<IResult> MoveAsync(
        HttpContext context, string clientId, [FromForm] string? team, [FromForm] string? reason, TransferApplication transfer, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        var form = new ApplicationTransferForm(team ?? "", "", reason ?? "");
        var moved = await transfer.MoveAsync(context.Actor(), clientId, form.Team, form.Reason, cancellation);
        return moved.Succeeded
            ? Flash.Redirect(context, $"/applications/{clientId}/transfer", "It is moved; both teams are told.")
            : await ShowAsync(context, clientId, form, moved.Problems, readers, cancellation);
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, string clientId, Outcome<Guid> outcome, string next, string sentence, Readers readers, CancellationToken cancellation) =>
        outcome.Succeeded ? Flash.Redirect(context, next, sentence) : await ShowAsync(context, clientId, ApplicationTransferForm.Empty, outcome.Problems, readers, cancellation);

    private static async Task<IResult> ShowAsync(
        HttpContext context, string clientId, ApplicationTransferForm form, IReadOnlyList<Problem> problems, Readers readers, CancellationToken cancellation)
    {
        if (await readers.Transfers.FindAsync(context.Actor(), clientId, cancellation) is not { } details || problems.Any(p => p is { Code: Problem.NotFound, Field: null }))
            return Page.NotFound();
        var teams = await readers.Teams.ListAsync(context.Actor(), mineOnly: false, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        return Page.Show<ApplicationTransferPage, ApplicationTransferModel>(
            new(details, form, [.. teams.Items.Where(t => t.Name != details.Team)], problems),
            problems.Count == 0 ? StatusCodes.Status200OK : problems[0].Code == Problem.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity);
    }

    internal sealed record Readers(ApplicationTransferReader Transfers, TeamReader Teams);
}

public sealed record ApplicationTransferForm(string Team, string Note, string Reason)
{
    public static ApplicationTransferForm Empty { get; } = new("", "", "");
}

public sealed record ApplicationTransferModel(
    ApplicationTransferDetails Details, ApplicationTransferForm Form, IReadOnlyList<TeamRow> Teams, IReadOnlyList<Problem> Problems);
