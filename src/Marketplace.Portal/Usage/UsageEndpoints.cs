using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Usage.Calls;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Usage;

/// <summary>What is really called, over REST.</summary>
internal static class UsageEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGet("/apis/{api}/versions/{version}/usage", OfLineAsync).WithTags("Usage").WithName("getUsage")
            .WithSummary("Calls of a version in an environment, or of one of its endpoints: all for its team and those who read everything, for others those of their applications.")
            .Produces<UsageBody>();
        rest.MapGet("/apis/{api}/versions/{version}/usage/uncalled", UncalledAsync).WithTags("Usage").WithName("listUncalledOperations")
            .WithSummary("Endpoints that no call was let through to for 90 days. For its team and those who read everything.")
            .Produces<PageBody<UncalledOperationBody>>();
        rest.MapGet("/applications/{clientId}/usage", OfApplicationAsync).WithTags("Usage").WithName("getApplicationUsage")
            .WithSummary("What an application called, and what it was refused.").Produces<UsageBody>();
    }

    private static async Task<IResult> OfLineAsync(
        string api, string version, string environment, string? operation, string? over, CallReader calls, HttpContext context, CancellationToken cancellation) =>
        CallRange.Find(over) is { } range
            ? Answer.Found(await calls.OfLineAsync(context.Actor(), api, version, environment, operation, range, cancellation), ApiEndpoints.Unknown(api, version), Of)
            : NoRange();

    private static async Task<IResult> UncalledAsync(
        string api, string version, string environment, int? page, int? limit, CallReader calls, HttpContext context, CancellationToken cancellation) =>
        await calls.ForgottenAsync(context.Actor(), api, version, environment, Paged.From(page, limit), cancellation) is { } found
            ? Answer.Page(found.Rows, o => new UncalledOperationBody(o.Key, o.Method, o.Path, o.Applications))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> OfApplicationAsync(
        string clientId, string? over, CallReader calls, HttpContext context, CancellationToken cancellation) =>
        CallRange.Find(over) is { } range
            ? Answer.Found(await calls.OfApplicationAsync(context.Actor(), clientId, range, cancellation), "There is no such application that you may see.", Of)
            : NoRange();

    private static ProblemResult NoRange() => new([new Problem(ProblemStatus.ParameterMalformed, "Choose hour, day, week or month.", "over")]);

    private static UsageBody Of(CallReport report) => new(
        report.Range.Name, report.IsTold, report.SeesAll, report.Calls, report.Refused, report.Errors, report.P50, report.P95,
        [.. report.Points.Select(p => new UsagePartBody(p.Start, p.Served, p.Refused, p.Errors, p.P50, p.P95))],
        [.. report.Reasons.Select(r => new UsageReasonBody(r.Reason, r.Calls, r.LetThrough))],
        [.. report.Callers.Select(c => new UsageCallerBody(c.ClientId, c.Application, c.TeamTitle, c.Calls, c.Refused, c.Errors, c.LastAt))],
        [.. report.Called.Select(o => new UsageOperationBody(
            o.Api, o.Version, o.Environment, o.Key, o.Method, o.Path, o.Calls, o.Refused, o.NotGranted, o.Errors, o.LastAt))]);
}
