using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access.Grants;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Grants;

internal static class GrantScopeEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var grants = rest.MapGroup("/grants").WithTags("Grants");
        grants.MapGet("/scope", PreviewAsync).WithName("previewGrantScope")
            .WithSummary("Whom ending or suspending these grants would concern. Of those that you may end.").Produces<GrantScopeViewBody>();
        grants.MapPost("/revocations", (JsonBody<NewGrantChangeBody> body, EndGrants end, HttpContext context, CancellationToken cancellation) =>
                AnswerAsync(end.ExecuteAsync(context.Actor(), ScopeOf(body), body.Value.At, body.Value.Reason, cancellation)))
            .WithName("revokeGrants").WithSummary("End grants, now or at a moment to come.").Produces<ChangedGrantsBody>();
        grants.MapPost("/revocations/cancellation", (JsonBody<NewGrantChangeBody> body, EndGrants end, HttpContext context, CancellationToken cancellation) =>
                AnswerAsync(end.KeepAsync(context.Actor(), ScopeOf(body), body.Value.Reason, cancellation)))
            .WithName("cancelRevocations").WithSummary("Grants that were to end early last as long as approved.").Produces<ChangedGrantsBody>();
        grants.MapPost("/suspensions", (JsonBody<NewGrantChangeBody> body, SuspendGrants suspend, HttpContext context, CancellationToken cancellation) =>
                AnswerAsync(suspend.ExecuteAsync(context.Actor(), ScopeOf(body), body.Value.At, body.Value.Reason, cancellation)))
            .WithName("suspendGrants").WithSummary("Set grants aside until somebody resumes them, or until a moment.").Produces<ChangedGrantsBody>();
        grants.MapPost("/resumptions", (JsonBody<NewGrantChangeBody> body, SuspendGrants suspend, HttpContext context, CancellationToken cancellation) =>
                AnswerAsync(suspend.ResumeAsync(context.Actor(), ScopeOf(body), body.Value.Reason, cancellation)))
            .WithName("resumeGrants").WithSummary("Suspended grants go on.").Produces<ChangedGrantsBody>();
    }

    private static async Task<IResult> PreviewAsync(
        GrantScopeReader reader, HttpContext context, Guid[]? grant, string? application, string? api, string? version, string? environment, string? applicationTeam,
        string? apiTeam, CancellationToken cancellation) =>
        Answer.Ok(
            await reader.PreviewAsync(context.Actor(), ScopeOf(new GrantScopeBody(grant, application, api, version, environment, applicationTeam, apiTeam)), cancellation),
            view => new GrantScopeViewBody(
                view.Grants, view.Applications, view.Lines, view.Called, view.Suspended,
                [.. view.Rows.Select(r => new GrantScopeRowBody(r.ClientId, r.Api, r.Version, r.Environment, r.Grants, r.Called, r.Suspended))]));

    private static async Task<IResult> AnswerAsync(Task<Outcome<ChangedGrants>> change) =>
        Answer.Ok(await change, done => new ChangedGrantsBody(done.Grants, done.Applications, done.Revision, done.LeftOut));

    private static GrantScope ScopeOf(JsonBody<NewGrantChangeBody> body) => ScopeOf(body.Value.Scope);

    private static GrantScope ScopeOf(GrantScopeBody scope) =>
        new(scope.Application, scope.Api, scope.Version, scope.Environment, scope.ApplicationTeam, scope.ApiTeam) { Grants = scope.Grants ?? [] };
}
