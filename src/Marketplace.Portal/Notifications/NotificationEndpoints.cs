using Marketplace.Contracts.Rest;
using Marketplace.Core.Notifications;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

internal static class NotificationEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var notifications = rest.MapGroup("/notifications").WithTags("Notifications");
        notifications.MapGet("", ListAsync).WithName("listNotifications")
            .WithSummary("What you were told, newest first.").Produces<PageBody<NotificationBody>>();
        notifications.MapPost("/read", ReadAllAsync).WithName("readNotifications")
            .WithSummary("Mark all as read, or all up to a time.").Produces<ReadingBody>();
        notifications.MapPost("/{id:guid}/read", ReadAsync).WithName("readNotification")
            .WithSummary("Mark one as read.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        InboxReader inbox, HttpContext context, bool? unread, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await inbox.ListAsync(context.Actor(), unread ?? false, Paged.From(page, limit), cancellation),
            row => new NotificationBody(row.Id, row.Kind, row.Subject, row.Text, row.Link, row.At, row.ReadAt));

    private static async Task<IResult> ReadAllAsync(JsonBody<NewReadingBody> body, MarkRead mark, HttpContext context, CancellationToken cancellation) =>
        Answer.Json(new ReadingBody(await mark.AllAsync(context.Actor(), body.Value.UpTo, cancellation)));

    private static async Task<IResult> ReadAsync(Guid id, MarkRead mark, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await mark.OneAsync(context.Actor(), id, cancellation));
}
