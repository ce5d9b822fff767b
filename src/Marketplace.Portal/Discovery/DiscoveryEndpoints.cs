using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Discovery;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Discovery;

/// <summary>Where a version runs, and what the control plane refused.</summary>
internal static class DiscoveryEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGet("/apis/{api}/versions/{version}/instances", ListAsync).WithTags("Discovery").WithName("listInstances")
            .WithSummary("Where a version runs in an environment. For its team and those who read everything.")
            .Produces<PageBody<InstanceBody>>();
        rest.MapGet("/control-refusals", RefusalsAsync).WithTags("Discovery").WithName("listControlRefusals")
            .WithSummary("What the control plane refused in the last 30 days: pulls, registrations and usage, by client and reason. For platform roles.")
            .Produces<PageBody<ControlRefusalBody>>();
    }

    private static async Task<IResult> ListAsync(
        string api, string version, string environment, int? page, int? limit, InstanceReader instances, HttpContext context, CancellationToken cancellation) =>
        await instances.ListAsync(context.Actor(), api, version, environment, Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, r => new InstanceBody(r.ClientId, r.Instance, r.Url, r.Zone, r.Version, r.Weight, r.Share, r.State, r.RegisteredAt, r.RenewedAt))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> RefusalsAsync(int? page, int? limit, RefusalReader refusals, HttpContext context, CancellationToken cancellation) =>
        await refusals.ListAsync(context.Actor(), Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, r => new ControlRefusalBody(r.Day, r.Kind, r.ClientId.Length == 0 ? null : r.ClientId, r.Reason, r.Count, r.LastAt, r.Detail))
            : new ProblemResult([new Problem(Problem.Forbidden, DiscoveryPages.NotYours)]);
}
