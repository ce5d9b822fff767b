using Marketplace.Contracts.Rest;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications.Ownership;

internal static class ApplicationTransferEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var one = rest.MapGroup("/applications/{clientId}").WithTags("Ownership");
        one.MapGet("/transfer", GetAsync).WithName("getApplicationTransfer")
            .WithSummary("To whom an application is offered. For owners of both teams and administrators.").Produces<ApplicationTransferBody>();
        one.MapPost("/transfer", OfferAsync).WithName("offerApplication")
            .WithSummary("Offer an application that you own to another team.").Produces<ApplicationTransferBody>();
        one.MapDelete("/transfer", async (string clientId, TransferApplication transfer, HttpContext context, CancellationToken cancellation) =>
                Answer.Done(await transfer.CancelAsync(context.Actor(), clientId, cancellation)))
            .WithName("cancelApplicationTransfer").WithSummary("Take the offer back.").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/transfer/acceptance", async (string clientId, TransferApplication transfer, HttpContext context, CancellationToken cancellation) =>
                Answer.Done(await transfer.AnswerAsync(context.Actor(), clientId, true, cancellation)))
            .WithName("acceptApplication").WithSummary("Take an application that is offered to a team that you own.").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/transfer/refusal", async (string clientId, TransferApplication transfer, HttpContext context, CancellationToken cancellation) =>
                Answer.Done(await transfer.AnswerAsync(context.Actor(), clientId, false, cancellation)))
            .WithName("declineApplication").WithSummary("Do not take it.").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/move", async (string clientId, JsonBody<NewMoveBody> body, TransferApplication transfer, HttpContext context, CancellationToken cancellation) =>
                Answer.Done(await transfer.MoveAsync(context.Actor(), clientId, body.Value.Team, body.Value.Reason, cancellation)))
            .WithName("moveApplication").WithSummary("Give an application to another team at once. For administrators.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> GetAsync(string clientId, ApplicationTransferReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await reader.FindAsync(context.Actor(), clientId, cancellation), "There is no such application whose owner you are or may become.",
            t => new ApplicationTransferBody(t.ClientId, t.Team, t.Offer?.To, t.Offer?.OfferedBy, t.Offer?.OfferedAt, t.Offer?.Note));

    private static async Task<IResult> OfferAsync(
        string clientId, JsonBody<NewTransferBody> body, TransferApplication transfer, ApplicationTransferReader reader, HttpContext context, CancellationToken cancellation)
    {
        var offered = await transfer.OfferAsync(context.Actor(), clientId, body.Value.Team, body.Value.Note, cancellation);
        return offered.Succeeded ? await GetAsync(clientId, reader, context, cancellation) : new ProblemResult(offered.Problems);
    }
}
