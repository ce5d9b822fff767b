using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Ownership;

internal static class TransferEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var transfer = rest.MapGroup("/apis/{api}").WithTags("Ownership");
        transfer.MapGet("/transfer", GetAsync).WithName("getTransfer")
            .WithSummary("To whom an API is offered. For owners of both teams and administrators.").Produces<TransferBody>();
        transfer.MapPost("/transfer", OfferAsync).WithName("offerTransfer")
            .WithSummary("Offer an API that you own to another team.").Produces<TransferBody>();
        transfer.MapDelete("/transfer", CancelAsync).WithName("cancelTransfer").WithSummary("Take the offer back.").Produces(StatusCodes.Status204NoContent);
        transfer.MapPost("/transfer/acceptance", AcceptAsync).WithName("acceptTransfer")
            .WithSummary("Take an API that is offered to a team that you own.").Produces(StatusCodes.Status204NoContent);
        transfer.MapPost("/transfer/refusal", DeclineAsync).WithName("declineTransfer").WithSummary("Do not take it.").Produces(StatusCodes.Status204NoContent);
        transfer.MapPost("/move", MoveAsync).WithName("moveApi")
            .WithSummary("Give an API to another team at once. For administrators.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> GetAsync(string api, TransferReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await reader.FindAsync(context.Actor(), api, cancellation), ApiEndpoints.Unknown(api),
            t => new TransferBody(t.Api, t.Team, t.Offer?.To, t.Offer?.OfferedBy, t.Offer?.OfferedAt, t.Offer?.Note));

    private static async Task<IResult> OfferAsync(
        string api, JsonBody<NewTransferBody> body, TransferApi transfer, TransferReader reader, HttpContext context, CancellationToken cancellation)
    {
        var offered = await transfer.OfferAsync(context.Actor(), api, body.Value.Team, body.Value.Note, cancellation);
        return offered.Succeeded ? await GetAsync(api, reader, context, cancellation) : new ProblemResult(offered.Problems);
    }

    private static async Task<IResult> CancelAsync(string api, TransferApi transfer, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await transfer.CancelAsync(context.Actor(), api, cancellation));

    private static async Task<IResult> AcceptAsync(string api, TransferApi transfer, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await transfer.AnswerAsync(context.Actor(), api, true, cancellation));

    private static async Task<IResult> DeclineAsync(string api, TransferApi transfer, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await transfer.AnswerAsync(context.Actor(), api, false, cancellation));

    private static async Task<IResult> MoveAsync(
        string api, JsonBody<NewMoveBody> body, TransferApi transfer, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await transfer.MoveAsync(context.Actor(), api, body.Value.Team, body.Value.Reason, cancellation));
}
