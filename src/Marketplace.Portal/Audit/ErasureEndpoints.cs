using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Audit;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

internal static class ErasureEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var erasures = rest.MapGroup("/audit-erasures").WithTags("Audit");
        erasures.MapGet("", ListAsync).WithName("listAuditErasures").WithSummary("What content was erased, by whom, and what waits for a second person.").Produces<ErasuresBody>();
        erasures.MapPost("", AskAsync).WithName("askAuditErasure")
            .WithSummary("Ask that the content of old events be erased; their numbers and hashes stay. For administrators and security officers.")
            .Produces<Guid>(StatusCodes.Status201Created);
        erasures.MapPost("/{id:guid}/confirmation", ConfirmAsync).WithName("confirmAuditErasure")
            .WithSummary("Erase what another person asked for.").Produces(StatusCodes.Status204NoContent);
        erasures.MapPost("/{id:guid}/withdrawal", WithdrawAsync).WithName("withdrawAuditErasure")
            .WithSummary("Let it be.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(EraseAudit erase, HttpContext context, CancellationToken cancellation) => context.Actor().ReadsEverything
        ? Answer.Json(new ErasuresBody(await erase.YearsAsync(cancellation), [.. (await erase.ListAsync(cancellation)).Select(Of)]))
        : new ProblemResult([new Problem(Problem.Forbidden, ErasurePages.NotYours)]);

    private static async Task<IResult> AskAsync(JsonBody<NewErasureBody> body, EraseAudit erase, HttpContext context, CancellationToken cancellation) =>
        Answer.Created(await erase.AskAsync(context.Actor(), body.Value.Before, body.Value.Reason, cancellation), _ => "/audit-erasures", id => id);

    private static async Task<IResult> ConfirmAsync(Guid id, EraseAudit erase, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await erase.ConfirmAsync(context.Actor(), id, cancellation));

    private static async Task<IResult> WithdrawAsync(Guid id, EraseAudit erase, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await erase.WithdrawAsync(context.Actor(), id, cancellation));

    private static ErasureBody Of(AuditErasureRow row) =>
        new(row.Id, row.Before, row.Reason, row.AskedBy, row.AskedAt, row.DecidedBy, row.DecidedAt, row.Outcome, row.UpTo);
}
