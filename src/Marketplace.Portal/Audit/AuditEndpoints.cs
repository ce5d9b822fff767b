using Marketplace.Contracts.Rest;
using Marketplace.Core.Audit;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder rest) =>
        rest.MapGet("/audit-events", ListAsync).WithTags("Audit").WithName("listAuditEvents")
            .WithSummary("Who did what to what, when and why, newest first. Platform roles see everything, others what they did and what was done to what their teams have.")
            .Produces<PageBody<AuditEventBody>>();

    private static async Task<IResult> ListAsync(
        AuditReader audit, HttpContext context, string? action, string? subjectKind, string? q, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await audit.ListAsync(context.Actor(), new AuditFilter(action, subjectKind, q), Paged.From(page, limit), cancellation),
            row => new AuditEventBody(
                row.Sequence, row.At, row.Actor, row.Source, row.Action, row.SubjectKind, row.SubjectId, row.Subject, row.Reason));
}
