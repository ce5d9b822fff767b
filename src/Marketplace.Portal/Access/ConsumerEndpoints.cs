using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access;

internal static class ConsumerEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var consumers = rest.MapGroup("/apis/{api}/versions/{version}/consumers").WithTags("Consumers");
        consumers.MapGet("", ListAsync).WithName("listConsumers")
            .WithSummary("Applications whose grants stand, one row per environment. Owners see all, others those of their own teams.")
            .Produces<PageBody<ConsumerBody>>();
        consumers.MapGet("/counts", CountsAsync).WithName("countConsumers")
            .WithSummary("How many use a version: what retiring it would cut off.").Produces<ConsumerCountsBody>();
        consumers.MapGet("/operations", OperationsAsync).WithName("countConsumersByOperation")
            .WithSummary("How many use each endpoint, the most used first.").Produces<PageBody<OperationUseBody>>();
    }

    private static async Task<IResult> ListAsync(
        string api, string version, string? operation, string? environment, int? page, int? limit, ConsumerReader consumers, HttpContext context,
        CancellationToken cancellation) =>
        await consumers.ListAsync(context.Actor(), api, version, new(operation, environment), Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, r => new ConsumerBody(
                r.ClientId, r.Application, r.Team, r.Environment, r.Operations, r.FirstUntil, r.LastUntil, r.Disabled, r.Use.LastUsedAt, r.Use.Calls))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> CountsAsync(
        string api, string version, ConsumerReader consumers, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await consumers.CountsAsync(context.Actor(), api, version, cancellation), ApiEndpoints.Unknown(api, version),
            c => new ConsumerCountsBody(c.Applications, c.Teams, c.Grants, c.PendingRequests, c.Calling));

    private static async Task<IResult> OperationsAsync(
        string api, string version, int? page, int? limit, ConsumerReader consumers, HttpContext context, CancellationToken cancellation) =>
        await consumers.OperationsAsync(context.Actor(), api, version, Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, r => new OperationUseBody(r.Key, r.Method, r.Path, r.Removed, r.Applications, r.Teams))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));
}
