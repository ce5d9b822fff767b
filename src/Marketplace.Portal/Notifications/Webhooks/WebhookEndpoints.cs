using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications.Webhooks;

internal static class WebhookEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var all = rest.MapGroup("/teams/{team}/webhooks").WithTags("Webhooks");
        all.MapGet("", ListAsync).WithName("listWebhooks").WithSummary("Where a team's programs are told. For its members.").Produces<WebhooksBody>();
        all.MapPost("", AddAsync).WithName("addWebhook").WithSummary("Add a webhook; its secret is in this answer alone. For the team's owners.").Produces<CreatedWebhookBody>(StatusCodes.Status201Created);
        all.MapGet("/{id:guid}", GetAsync).WithName("getWebhook").WithSummary("A webhook.").Produces<WebhookBody>();
        all.MapPut("/{id:guid}", ChangeAsync).WithName("changeWebhook").WithSummary("Another URL, other events, other APIs.").Produces(StatusCodes.Status204NoContent);
        all.MapDelete("/{id:guid}", RemoveAsync).WithName("removeWebhook").WithSummary("Remove a webhook and its deliveries.").Produces(StatusCodes.Status204NoContent);
        all.MapPut("/{id:guid}/state", SwitchAsync).WithName("switchWebhook").WithSummary("Turn a webhook on or off; what comes while it is off waits for 30 days.").Produces(StatusCodes.Status204NoContent);
        all.MapPost("/{id:guid}/secret", RotateAsync).WithName("rotateWebhookSecret").WithSummary("Make another secret; for 24 hours both sign.").Produces<CreatedWebhookBody>();
        all.MapPost("/{id:guid}/test", TestAsync).WithName("testWebhook").WithSummary("Send a test event.").Produces(StatusCodes.Status202Accepted);
        all.MapGet("/{id:guid}/deliveries", DeliveriesAsync).WithName("listWebhookDeliveries").WithSummary("What was sent, newest first, and what was answered.").Produces<PageBody<WebhookDeliveryBody>>();
        all.MapPost("/{id:guid}/deliveries/{notification:guid}/replay", ReplayOneAsync).WithName("replayWebhookDelivery").WithSummary("Deliver one again.").Produces(StatusCodes.Status202Accepted);
        all.MapPost("/{id:guid}/replay", ReplaySinceAsync).WithName("replayWebhook").WithSummary("Deliver again everything since a time.").Produces<ReplayedBody>();
    }

    private static async Task<IResult> ListAsync(string team, WebhookReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await reader.ListAsync(context.Actor(), team, cancellation), $"There is no team {team} of yours.", found => new WebhooksBody([.. found.Rows.Select(Of)]));

    private static async Task<IResult> GetAsync(string team, Guid id, WebhookReader reader, HttpContext context, CancellationToken cancellation) =>
        Answer.Found((await reader.ListAsync(context.Actor(), team, cancellation))?.Rows.SingleOrDefault(w => w.Id == id), "There is no such webhook of a team of yours.", Of);

    private static async Task<IResult> AddAsync(string team, JsonBody<NewWebhookBody> body, ChangeWebhook change, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answer.Created(
            await change.AddAsync(context.Actor(), team, Of(body.Value), cancellation), made => $"/teams/{team}/webhooks/{made.Id}", made => new CreatedWebhookBody(made.Id, made.Secret));
    }

    private static async Task<IResult> ChangeAsync(string team, Guid id, JsonBody<NewWebhookBody> body, ChangeWebhook change, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await change.ChangeAsync(context.Actor(), team, id, Of(body.Value), cancellation));

    private static async Task<IResult> RemoveAsync(string team, Guid id, ChangeWebhook change, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await change.RemoveAsync(context.Actor(), team, id, cancellation));

    private static async Task<IResult> SwitchAsync(string team, Guid id, JsonBody<WebhookSwitchBody> body, ChangeWebhook change, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await change.SwitchAsync(context.Actor(), team, id, body.Value.On, cancellation));

    private static async Task<IResult> RotateAsync(string team, Guid id, ChangeWebhook change, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answer.Ok(await change.RotateAsync(context.Actor(), team, id, cancellation), made => new CreatedWebhookBody(made.Id, made.Secret));
    }

    private static async Task<IResult> TestAsync(string team, Guid id, ReplayWebhook replay, HttpContext context, CancellationToken cancellation) =>
        Accepted(await replay.TestAsync(context.Actor(), team, id, cancellation));

    private static async Task<IResult> DeliveriesAsync(
        string team, Guid id, WebhookReader reader, HttpContext context, string? state, int? page, int? limit, CancellationToken cancellation)
    {
        DeliveryState? only = null;
        if (state is not null)
        {
            if (!StoredEnum.TryFromWord<DeliveryState>(state, out var parsed))
                return new ProblemResult([new Problem("state_unknown", "Say one of waiting, delivered, failed.", "state")]);
            only = parsed;
        }

        return await reader.DeliveriesAsync(context.Actor(), team, id, only, Paged.From(page, limit), cancellation) is { } found
            ? Answer.Page(found, Of)
            : ProblemResult.NotFound("There is no such webhook of a team of yours.");
    }

    private static async Task<IResult> ReplayOneAsync(string team, Guid id, Guid notification, ReplayWebhook replay, HttpContext context, CancellationToken cancellation) =>
        Accepted(await replay.OneAsync(context.Actor(), team, id, notification, cancellation));

    private static async Task<IResult> ReplaySinceAsync(string team, Guid id, JsonBody<NewReplayBody> body, ReplayWebhook replay, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await replay.SinceAsync(context.Actor(), team, id, body.Value.Since, cancellation), count => new ReplayedBody(count));

    private static IResult Accepted<T>(Outcome<T> outcome) => outcome.Succeeded ? Results.StatusCode(StatusCodes.Status202Accepted) : new ProblemResult(outcome.Problems);

    private static WebhookInput Of(NewWebhookBody body) => new(body.Url, body.Description ?? "", body.EventTypes ?? [], body.Apis ?? []);

    private static WebhookBody Of(WebhookRow row) => new(
        row.Id, row.Url, row.Description, row.EventTypes, row.Apis, row.CreatedAt, row.DisabledAt is null, row.DisabledWhy is { } why ? StoredEnum.ToWord(why) : null,
        row.FailingSince, row.DeliveredAt, row.OldSecretUntil, row.Waiting);

    private static WebhookDeliveryBody Of(DeliveryRow row) => new(
        row.NotificationId, row.MessageId, row.EventType, row.Subject, row.Link, row.At, StoredEnum.ToWord(row.State), row.Attempts, row.TriedAt,
        row.State is DeliveryState.Waiting ? row.NextAt : null, row.Status, row.Answer);
}
