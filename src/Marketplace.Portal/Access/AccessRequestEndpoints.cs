using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Data;
using Marketplace.Core.Access.Requests.Refused;
using Marketplace.Portal.Access.Requests;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access;

internal static class AccessRequestEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var requests = rest.MapGroup("/access-requests").WithTags("Access requests");
        requests.MapPost("", SubmitAsync).WithName("submitAccessRequest")
            .WithSummary("Ask for chosen endpoints, of one API version or of several as one request.").Produces<AccessRequestBody>(StatusCodes.Status201Created);
        requests.MapGet("", ListAsync).WithName("listAccessRequests")
            .WithSummary("The requests of your teams and for your teams' APIs, newest first.").Produces<PageBody<AccessRequestSummaryBody>>();
        requests.MapGet("/for-refusal", ForRefusalAsync).WithName("requestForRefusal")
            .WithSummary("What to ask for after a refused call: from its audience, or API, version and environment, and the operation, or method and path.")
            .Produces<RequestForRefusalBody>();
        requests.MapGet("/{number:long}", GetAsync).WithName("getAccessRequest")
            .WithSummary("A request: where it stands and who must act.").Produces<AccessRequestBody>();
        requests.MapPost("/{number:long}/decisions", DecideAsync).WithName("decideAccessRequest")
            .WithSummary("Approve or deny endpoints of a request; approved ones become grants.").Produces<DecidedBody>();
        requests.MapPost("/{number:long}/withdrawal", WithdrawAsync).WithName("withdrawAccessRequest")
            .WithSummary("Take a pending request back.").Produces(StatusCodes.Status204NoContent);
        requests.MapGet("/{number:long}/comments", CommentsAsync).WithName("listRequestComments")
            .WithSummary("What was said on a request, oldest first.").Produces<PageBody<RequestCommentBody>>();
        requests.MapPost("/{number:long}/comments", CommentAsync).WithName("commentOnRequest")
            .WithSummary("Say something on a request; whoever asked and the owners of each API are told.").Produces<RequestCommentBody>(StatusCodes.Status201Created);
        rest.MapGet("/inbox", InboxAsync).WithTags("Access requests").WithName("listInbox")
            .WithSummary("Pending requests that wait for you, oldest first.").Produces<PageBody<AccessRequestSummaryBody>>();
    }

    private static async Task<IResult> SubmitAsync(
        JsonBody<NewAccessRequestBody> body, SubmitAccessRequest submit, AccessRequestReader requests, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        if (LinesOf(asked) is not { } lines)
            return new ProblemResult([new Problem("items_incomplete", "Name the endpoints in items, or in api, version and operations together, not in both.", "items")]);
        var outcome = await submit.ExecuteAsync(
            context.Actor(), new(asked.Application, asked.Environment, lines, asked.Justification, asked.Until), cancellation);
        if (!outcome.Succeeded)
            return new ProblemResult(outcome.Problems);
        var details = await requests.FindAsync(context.Actor(), outcome.Value, cancellation);
        return Answer.Created($"/access-requests/{outcome.Value}", AccessBodies.Of(details!));
    }

    /// <summary>Either form of the body; null when it is neither.</summary>
    private static IReadOnlyList<LineEndpoints>? LinesOf(NewAccessRequestBody asked) => asked switch
    {
        { Items: { } items, Api: null, Version: null, Operations: null } => [.. items.Select(i => new LineEndpoints(i.Api, i.Version, i.Operations) { Plan = i.Plan })],
        { Items: null, Api: { } api, Version: { } version, Operations: { } operations } => [new(api, version, operations) { Plan = asked.Plan }],
        _ => null,
    };

    private static async Task<IResult> ListAsync(
        AccessRequestReader requests, HttpContext context, string? application, string? status, int? page, int? limit, CancellationToken cancellation)
    {
        RequestStatus? wanted = null;
        if (status is not null)
        {
            if (!StoredEnum.TryFromWord<RequestStatus>(status, out var known))
                return new ProblemResult([new Problem(ProblemStatus.ParameterMalformed, "Choose pending, decided or withdrawn.", "status")]);
            wanted = known;
        }

        return Answer.Page(await requests.ListAsync(context.Actor(), application, wanted, Paged.From(page, limit), cancellation), AccessBodies.Of);
    }

    private static async Task<IResult> InboxAsync(
        AccessRequestReader requests, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await requests.InboxAsync(context.Actor(), Paged.From(page, limit), cancellation), AccessBodies.Of);

    private static async Task<IResult> GetAsync(long number, AccessRequestReader requests, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await requests.FindAsync(context.Actor(), number, cancellation), $"There is no request {number} that you may see.", AccessBodies.Of);

    private static async Task<IResult> DecideAsync(
        long number, JsonBody<NewDecisionsBody> body, DecideAccessRequest decide, HttpContext context, CancellationToken cancellation)
    {
        var decisions = body.Value.Decisions.Select(d => new OperationDecision(
            d.Operation, d.Approve, d.Reason, d is { Api: { } api, Version: { } version } ? new(api, version) : null)).ToList();
        return Answer.Ok(
            await decide.ExecuteAsync(context.Actor(), number, decisions, cancellation),
            done => new DecidedBody(done.Number, done.Approved, done.Denied, done.StillPending, done.Revision, done.Given));
    }

    private static async Task<IResult> ForRefusalAsync(
        [AsParameters] RefusedQuery query, RefusedCallReader calls, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await calls.FindAsync(context.Actor(), query.Call, cancellation), "There is no such API version that you may see.",
            a => new RequestForRefusalBody(a.Client, a.Api, a.Version, a.Environment, a.Operation is { } key ? [key] : []));

    private static async Task<IResult> CommentsAsync(
        long number, int? page, int? limit, RequestCommentReader comments, HttpContext context, CancellationToken cancellation) =>
        await comments.ListAsync(context.Actor(), number, Paged.From(page, limit), cancellation) is { } rows
            ? Answer.Page(rows, AccessBodies.Of)
            : ProblemResult.NotFound($"There is no request {number} that you may see.");

    private static async Task<IResult> CommentAsync(
        long number, JsonBody<NewRequestCommentBody> body, CommentOnRequest comments, TimeProvider clock, HttpContext context, CancellationToken cancellation) =>
        Answer.Created(
            await comments.ExecuteAsync(context.Actor(), number, body.Value.Markdown, cancellation),
            _ => $"/access-requests/{number}/comments",
            id => new RequestCommentBody(id, body.Value.Markdown.Trim(), context.Actor().Name, clock.GetUtcNow()));

    private static async Task<IResult> WithdrawAsync(long number, WithdrawAccessRequest withdraw, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await withdraw.ExecuteAsync(context.Actor(), number, cancellation));
}
