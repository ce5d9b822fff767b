using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Recertification.Unused;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Recertification;

/// <summary>What the pages of unused access do.</summary>
internal static class UnusedEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var unused = rest.MapGroup("/unused-grants").WithTags("Recertification");
        unused.MapGet("", ListAsync).WithName("listUnusedGrants")
            .WithSummary("Access that was held for 90 days and not called, by application and version; with unknown=true, that of which nobody knows.").Produces<PageBody<UnusedGrantsBody>>();
        unused.MapGet("/endpoints", EndpointsAsync).WithName("listUnusedEndpoints")
            .WithSummary("The endpoints of one application's access, at most 1,000.").Produces<IReadOnlyList<UnusedEndpointBody>>();
        unused.MapPost("/given-up", GiveUpAsync).WithName("giveUpUnused").WithSummary("Your application gives up what it does not call.").Produces<NarrowedBody>();
        unused.MapPost("/notice", NoticeAsync).WithName("narrowWithNotice").WithSummary("Let what an application does not call of your API end after some days.").Produces<NarrowedBody>();
        var narrowing = rest.MapGroup("/narrowing-requests").WithTags("Recertification");
        narrowing.MapGet("", RequestsAsync).WithName("listNarrowingRequests").WithSummary("What teams were asked to give up, those that wait first.").Produces<PageBody<NarrowingBody>>();
        narrowing.MapPost("", AskAsync).WithName("askToNarrow")
            .WithSummary("Ask the team of an application to give up what it does not call of your API.").Produces<NarrowingBody>(StatusCodes.Status201Created);
        narrowing.MapGet("/{number:long}", GetAsync).WithName("getNarrowingRequest").WithSummary("One of them.").Produces<NarrowingBody>();
        narrowing.MapPost("/{number:long}/answer", AnswerAsync).WithName("answerNarrowingRequest")
            .WithSummary("Give the endpoints up, or keep them with a reason.").Produces<NarrowingAnsweredBody>();
    }

    private static async Task<IResult> ListAsync(
        UnusedReader unused, HttpContext context, string? api, string? version, string? application, string? environment, bool? unknown, int? page, int? limit,
        CancellationToken cancellation) =>
        Answer.Page(
            await unused.ListAsync(context.Actor(), new(api, version, application, environment, unknown is true), Paged.From(page, limit), cancellation),
            r => new UnusedGrantsBody(
                r.ClientId, r.Application, r.TeamTitle, r.Api, r.Version, r.Environment, r.Endpoints, r.Held, r.LastUsedAt, r.ToldSince, r.Asked, r.KeptBecause));

    private static async Task<IResult> EndpointsAsync(
        UnusedReader unused, HttpContext context, string api, string version, string application, string environment, bool? unknown, CancellationToken cancellation) =>
        Answer.Json((await unused.EndpointsAsync(context.Actor(), new(api, version, application, environment, unknown is true), cancellation))
            .Select(e => new UnusedEndpointBody(e.Grant, e.Operation, e.Method, e.Path, e.GrantedAt, e.Until, e.LastUsedAt)).ToList());

    private static async Task<IResult> GiveUpAsync(JsonBody<NewNarrowingBody> body, NarrowUnused narrow, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await narrow.GiveUpAsync(context.Actor(), Target(body.Value), cancellation), Body);

    private static async Task<IResult> NoticeAsync(JsonBody<NewNoticeBody> body, NarrowUnused narrow, HttpContext context, CancellationToken cancellation)
    {
        var sent = body.Value;
        return Answer.Ok(
            await narrow.WithNoticeAsync(context.Actor(), new(sent.Application, sent.Api, sent.Version, sent.Environment), sent.Days, sent.Reason, cancellation), Body);
    }

    private static async Task<IResult> RequestsAsync(NarrowingReader narrowing, HttpContext context, bool? open, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await narrowing.ListAsync(context.Actor(), open is true, Paged.From(page, limit), cancellation), Body);

    private static async Task<IResult> AskAsync(JsonBody<NewNarrowingBody> body, AskToNarrow ask, NarrowingReader narrowing, HttpContext context, CancellationToken cancellation)
    {
        var asked = await ask.ExecuteAsync(context.Actor(), Target(body.Value), cancellation);
        return asked.Succeeded
            ? Answer.Created($"/narrowing-requests/{asked.Value}", Body((await narrowing.FindAsync(context.Actor(), asked.Value, cancellation))!.Row))
            : new ProblemResult(asked.Problems);
    }

    private static async Task<IResult> GetAsync(long number, NarrowingReader narrowing, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await narrowing.FindAsync(context.Actor(), number, cancellation), $"There is no narrowing request {number} that you may see.", details => Body(details.Row));

    private static async Task<IResult> AnswerAsync(
        long number, JsonBody<NewNarrowingAnswerBody> body, AnswerNarrowing answer, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(
            await answer.ExecuteAsync(context.Actor(), number, body.Value.GiveUp, body.Value.Reason, cancellation),
            done => new NarrowingAnsweredBody(done.Number, done.Endpoints, done.Revision));

    private static NarrowingTarget Target(NewNarrowingBody body) => new(body.Application, body.Api, body.Version, body.Environment);

    private static NarrowedBody Body(NarrowedUnused done) => new(done.Endpoints, done.Ends, done.Revision);

    private static NarrowingBody Body(NarrowingRow r) => new(
        r.Number, r.ClientId, r.Application, r.TeamTitle, r.Api, r.Version, r.Environment, r.Endpoints, r.AskedBy, r.AskedAt,
        r.Answer is { } answer ? StoredEnum.ToWord(answer) : null, r.AnsweredBy, r.AnsweredAt, r.Reason);
}
