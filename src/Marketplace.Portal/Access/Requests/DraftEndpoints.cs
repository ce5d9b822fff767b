using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Requests;

internal static class DraftEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var drafts = rest.MapGroup("/access-request-drafts").WithTags("Access requests");
        drafts.MapGet("", ListAsync).WithName("listDrafts")
            .WithSummary("Requests that you are putting together; nobody else sees them.").Produces<PageBody<DraftSummaryBody>>();
        drafts.MapPost("", BeginAsync).WithName("beginDraft")
            .WithSummary("Begin a draft; nothing of it must be ready.").Produces<DraftBody>(StatusCodes.Status201Created);
        drafts.MapGet("/{number:long}", GetAsync).WithName("getDraft").WithSummary("One of your drafts.").Produces<DraftBody>();
        drafts.MapPut("/{number:long}", SaveAsync).WithName("saveDraft").WithSummary("Replace what is in a draft.").Produces<DraftBody>();
        drafts.MapPost("/{number:long}/endpoints", AddAsync).WithName("addToDraft").WithSummary("Put more endpoints into a draft.").Produces<DraftBody>();
        drafts.MapDelete("/{number:long}", DiscardAsync).WithName("discardDraft").WithSummary("Discard a draft.").Produces(StatusCodes.Status204NoContent);
        drafts.MapPost("/{number:long}/submission", SendAsync).WithName("sendDraft")
            .WithSummary("Send a draft: it becomes a request, and is a draft no longer.").Produces<AccessRequestBody>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(DraftReader drafts, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await drafts.ListAsync(context.Actor(), Paged.From(page, limit), cancellation),
            d => new DraftSummaryBody(d.Number, d.Application, d.Environment, d.Endpoints, d.Lines, d.UpdatedAt));

    private static async Task<IResult> BeginAsync(
        JsonBody<NewDraftBody> body, EditDraft edit, DraftReader drafts, HttpContext context, CancellationToken cancellation)
    {
        var begun = await edit.SaveAsync(context.Actor(), null, InputOf(body.Value), cancellation);
        return begun.Succeeded
            ? Answer.Created($"/access-request-drafts/{begun.Value}", Of((await drafts.FindAsync(context.Actor(), begun.Value, cancellation))!))
            : new ProblemResult(begun.Problems);
    }

    private static async Task<IResult> GetAsync(long number, DraftReader drafts, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await drafts.FindAsync(context.Actor(), number, cancellation), $"You have no draft {number}.", Of);

    private static async Task<IResult> SaveAsync(
        long number, JsonBody<NewDraftBody> body, EditDraft edit, DraftReader drafts, HttpContext context, CancellationToken cancellation)
    {
        var saved = await edit.SaveAsync(context.Actor(), number, InputOf(body.Value), cancellation);
        return saved.Succeeded ? await GetAsync(number, drafts, context, cancellation) : new ProblemResult(saved.Problems);
    }

    private static async Task<IResult> AddAsync(
        long number, JsonBody<MoreEndpointsBody> body, EditDraft edit, DraftReader drafts, HttpContext context, CancellationToken cancellation)
    {
        var added = await edit.AddAsync(context.Actor(), number, EndpointsOf(body.Value.Items), cancellation);
        return added.Succeeded ? await GetAsync(number, drafts, context, cancellation) : new ProblemResult(added.Problems);
    }

    private static async Task<IResult> DiscardAsync(long number, EditDraft edit, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await edit.DiscardAsync(context.Actor(), number, cancellation));

    private static async Task<IResult> SendAsync(
        long number, SendDraft send, AccessRequestReader requests, HttpContext context, CancellationToken cancellation)
    {
        var sent = await send.ExecuteAsync(context.Actor(), number, cancellation);
        return sent.Succeeded
            ? Answer.Created($"/access-requests/{sent.Value}", AccessBodies.Of((await requests.FindAsync(context.Actor(), sent.Value, cancellation))!))
            : new ProblemResult(sent.Problems);
    }

    private static DraftInput InputOf(NewDraftBody body) =>
        new(EndpointsOf(body.Items), body.Application, body.Environment, body.Justification ?? "", body.Until)
        {
            Plans = body.Items.Where(i => !string.IsNullOrEmpty(i.Plan)).DistinctBy(i => (i.Api, i.Version)).ToDictionary(i => new LineName(i.Api, i.Version), i => i.Plan!),
        };

    private static List<EndpointReference> EndpointsOf(IEnumerable<RequestedEndpointsBody> items) =>
        [.. items.SelectMany(i => i.Operations, (i, key) => new EndpointReference(i.Api, i.Version, key))];

    private static DraftBody Of(DraftDetails draft) => new(
        draft.Number, draft.ClientId, draft.Environment, draft.Justification, draft.Until, draft.UpdatedAt,
        [.. draft.Asked.Select(l => new RequestedEndpointsBody(l.Api, l.Version, l.Operations, l.Plan))]);
}
