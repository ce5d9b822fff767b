using Marketplace.Contracts.Rest;
using Marketplace.Core.Applications.Ending;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications.Ending;

internal static class ApplicationEndEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var one = rest.MapGroup("/applications/{clientId}").WithTags("Applications");
        one.MapGet("/deletion", PreviewAsync).WithName("previewDeletion")
            .WithSummary("What deleting an application would cut off. For owners of its team.").Produces<DeletionBody>();
        one.MapPost("/deletion", DeleteAsync).WithName("deleteApplication")
            .WithSummary("Delete an application for good, with its grants, credentials and pending requests.").Produces<ChangedGrantsBody>();
        one.MapGet("/enforcement", ReachAsync).WithName("getApplicationEnforcement")
            .WithSummary("How far the newest change of an application, such as its stop, has got at each API.").Produces<ApplicationReachBody>();
    }

    private static async Task<IResult> PreviewAsync(string clientId, DeletionReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await reader.FindAsync(context.Actor(), clientId, cancellation), "There is no such application that you may delete.",
            v => new DeletionBody(
                v.ClientId, v.Name, v.Grants, v.Calls, v.LastUsedAt, v.Credentials, v.PendingRequests, v.Instances, v.DataPlanes, v.Told,
                [.. v.Lines.Select(l => new CutOffBody(l.Api, l.Version, l.Environment, l.Grants, l.LastUsedAt, l.Calls))]));

    private static async Task<IResult> DeleteAsync(
        string clientId, JsonBody<NewDeletionBody> body, DeleteApplication delete, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(
            await delete.ExecuteAsync(context.Actor(), clientId, body.Value.Name, body.Value.Reason, cancellation),
            done => new ChangedGrantsBody(done.Grants, done.Applications, done.Revision));

    private static async Task<IResult> ReachAsync(string clientId, StopReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await reader.FindAsync(context.Actor(), clientId, cancellation), "There is no such application that you may see.",
            v => new ApplicationReachBody(
                v.Application.ClientId, v.Application.DisabledAt, v.Revision, v.Instances,
                [.. v.Lines.Select(l => new LineReachBody(l.Api, l.Version, l.Environment, l.Grants, l.DataPlanes, l.Enforced, l.LetsThrough))]));
}
