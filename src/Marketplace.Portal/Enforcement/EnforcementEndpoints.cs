using Marketplace.Contracts.Rest;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Enforcement;

/// <summary>What enforces a version's policy, and how far its changes have got.</summary>
internal static class EnforcementEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var line = rest.MapGroup("/apis/{api}/versions/{version}").WithTags("Enforcement");
        line.MapGet("/data-planes", ListAsync).WithName("listDataPlanes")
            .WithSummary("Gateways and services that enforce a version in an environment, those that lag or are silent first. For its team and those who read everything.")
            .Produces<PageBody<DataPlaneBody>>();
        line.MapGet("/policy-changes", ChangesAsync).WithName("listPolicyChanges")
            .WithSummary("The ten newest changes of a version's policy in an environment, and how many of its data planes enforce each.")
            .Produces<IReadOnlyList<PolicyChangeBody>>();
    }

    private static async Task<IResult> ListAsync(
        string api, string version, string environment, int? page, int? limit, DataPlaneReader dataPlanes, HttpContext context, CancellationToken cancellation) =>
        await dataPlanes.ListAsync(context.Actor(), api, version, environment, Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, r => new DataPlaneBody(r.ClientId, r.Instance, r.Revision, r.EnforcedAt, r.SeenAt, Words.Slug(r.State)))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> ChangesAsync(
        string api, string version, string environment, DataPlaneReader dataPlanes, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await dataPlanes.ChangesAsync(context.Actor(), api, version, environment, cancellation), ApiEndpoints.Unknown(api, version),
            changes => changes.Select(c => new PolicyChangeBody(
                c.Revision, c.At, c.Kinds, c.DataPlanes, c.Enforced, c.LastAt is { } last ? Math.Round((last - c.At).TotalSeconds, 3) : null)).ToList());
}
