using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Enforcement.Shadow;

/// <summary>What the pages of shadow mode do.</summary>
internal static class ShadowEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGet("/shadow-modes", ListAsync).WithTags("Shadow mode").WithName("listShadowModes")
            .WithSummary("Versions of your teams that let everything through, or shall; platform roles see all.").Produces<PageBody<ShadowLineBody>>();
        var line = rest.MapGroup("/apis/{api}/versions/{version}/shadow-mode").WithTags("Shadow mode");
        line.MapGet("", GetAsync).WithName("getShadowMode")
            .WithSummary("Whether a version lets through what it would refuse, and what its calls say. For its team and those who read everything.").Produces<ShadowModeBody>();
        line.MapPut("", BeginAsync).WithName("beginShadowMode")
            .WithSummary("Let everything through until a day, or name another day. Confidential and restricted data in production wait for a security officer.")
            .Produces<ShadowModeBody>();
        line.MapDelete("", EndAsync).WithName("startEnforcing")
            .WithSummary("Start enforcing. While calls of the last 24 hours would be refused, it wants confirmed=true.").Produces(StatusCodes.Status204NoContent);
        line.MapGet("/applications", ApplicationsAsync).WithName("listShadowApplications")
            .WithSummary("Applications that would be refused, those with the most calls first, and what they call.").Produces<PageBody<ShadowApplicationBody>>();
        line.MapGet("/calls-without-token", WithoutTokenAsync).WithName("listShadowCallsWithoutToken")
            .WithSummary("Calls without a good token by endpoint and reason, at most 500.").Produces<IReadOnlyList<ShadowCallBody>>();
        line.MapGet("/paths", PathsAsync).WithName("listUnmatchedPaths")
            .WithSummary("Paths that were called and that no endpoint matches, at most 50 shapes.").Produces<IReadOnlyList<UnmatchedPathBody>>();
        line.MapPost("/asks", AskAsync).WithName("askConsumers")
            .WithSummary("Put a filled-in request into the inbox of the teams whose applications would be refused.").Produces<ShadowAskedBody>();
        line.MapPost("/approvals", ApproveAsync).WithName("approveObserved")
            .WithSummary("Approve what waits for a decision and is called already.").Produces<ShadowApprovedBody>();
    }

    private static async Task<IResult> ListAsync(ShadowReader shadow, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await shadow.ListAsync(context.Actor(), Paged.From(page, limit), cancellation), l => new ShadowLineBody(
            l.Api, l.Version, l.Environment, l.Team, Words.Slug(l.Classification), Words.Slug(l.Standing), l.Until, l.Reason, l.AskedBy));

    private static async Task<IResult> GetAsync(
        string api, string version, string environment, ShadowReader shadow, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await shadow.FindAsync(context.Actor(), api, version, environment, cancellation), ApiEndpoints.Unknown(api, version), view => Body(environment, view));

    private static async Task<IResult> BeginAsync(
        string api, string version, JsonBody<NewShadowModeBody> body, BeginShadowMode begin, ShadowReader shadow, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        var done = await begin.ExecuteAsync(context.Actor(), new(api, version, asked.Environment, asked.Until, asked.Reason), cancellation);
        return done.Succeeded ? await GetAsync(api, version, asked.Environment, shadow, context, cancellation) : new ProblemResult(done.Problems);
    }

    private static async Task<IResult> EndAsync(
        string api, string version, string environment, bool? confirmed, StartEnforcing enforce, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await enforce.ExecuteAsync(context.Actor(), api, version, environment, confirmed is true, cancellation));

    private static async Task<IResult> ApplicationsAsync(
        string api, string version, string environment, int? page, int? limit, ShadowCallReader calls, HttpContext context, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await calls.ApplicationsAsync(actor, api, version, environment, Paged.From(page, limit), cancellation) is not { } rows)
            return ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));
        var called = rows.Items.Count == 0 ? [] : await calls.CallsAsync(actor, api, version, environment, [.. rows.Items.Select(a => a.ClientId)], cancellation);
        var byApplication = called!.ToLookup(c => c.ClientId, Body, StringComparer.Ordinal);
        return Answer.Page(rows, a => new ShadowApplicationBody(a.ClientId, a.Name, a.Team, a.Calls, a.Unmatched, a.AskedAt, [.. byApplication[a.ClientId]]));
    }

    private static async Task<IResult> WithoutTokenAsync(
        string api, string version, string environment, ShadowCallReader calls, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await calls.CallsAsync(context.Actor(), api, version, environment, [], cancellation), ApiEndpoints.Unknown(api, version), rows => rows.Select(Body).ToList());

    private static async Task<IResult> PathsAsync(
        string api, string version, string environment, UnmatchedPathReader paths, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await paths.ListAsync(context.Actor(), api, version, environment, cancellation), ApiEndpoints.Unknown(api, version),
            rows => rows.Select(p => new UnmatchedPathBody(
                p.Method, p.Shape, p.Example, p.Reason, p.Calls, p.Paths, p.FirstAt, p.LastAt, p.Applications, p.Nearest?.Key,
                p.Nearest is { Difference.Length: > 0 } near ? near.Difference : null)).ToList());

    private static async Task<IResult> AskAsync(
        string api, string version, JsonBody<NewShadowAskBody> body, AskConsumers ask, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(
            await ask.ExecuteAsync(context.Actor(), api, version, body.Value.Environment, [.. body.Value.Applications ?? []], cancellation),
            asked => new ShadowAskedBody(asked.Applications));

    private static async Task<IResult> ApproveAsync(
        string api, string version, JsonBody<NewShadowApprovalBody> body, ApproveObserved approve, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(
            await approve.ExecuteAsync(context.Actor(), api, version, body.Value.Environment, cancellation),
            done => new ShadowApprovedBody(done.Requests, done.Endpoints, [.. done.Refused.Select(p => p.Message)]));

    private static ShadowModeBody Body(string environment, ShadowView view) => new(
        environment, view.State is { } state ? Words.Slug(state.Standing) : "enforced", view.State?.Until, view.State?.Reason, view.State?.AskedBy, view.State?.BeganAt,
        view.State?.AllowedBy, view.MayChange, view.NeedsOfficer, view.Calls, view.Passing, view.CutOff.Applications, view.CutOff.Calls, view.CutOff.WithoutToken,
        [.. view.Days.Select(d => new ShadowDayBody(d.Day, d.Calls, d.Allowed))]);

    private static ShadowCallBody Body(ShadowCall call) => new(
        call.Operation, call.Method, call.Path, call.Reason, call.Calls, call.FirstAt, call.LastAt, call.Request);
}
