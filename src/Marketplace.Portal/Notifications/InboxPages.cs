using System.Globalization;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

/// <summary>What waits for me, and what I was told.</summary>
internal static class InboxPages
{
    private const int WaitingShown = 5;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/inbox", ShowAsync);
        pages.MapPost("/inbox/read", ReadAllAsync);
        pages.MapPost("/inbox/{id:guid}/open", OpenAsync);
        pages.MapPost("/inbox/{id:guid}/read", ReadAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, bool? unread, int? page, AccessRequestReader requests, InboxReader inbox, FollowingReader following,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        return Page.Show<InboxPage, InboxModel>(new(
            await requests.InboxAsync(actor, new PageRequest(1, WaitingShown) { MostCounted = InboxReader.MostCounted }, cancellation),
            await inbox.ListAsync(actor, unread is true, new PageRequest(page ?? 1) { MostCounted = Words.MostCounted }, cancellation),
            await inbox.UnreadCountAsync(actor, cancellation),
            unread is true,
            await following.SubscribedAsync(actor, new PageRequest(1, PageRequest.MaximumSize), cancellation)));
    }

    private static async Task<IResult> ReadAllAsync(HttpContext context, [FromForm] string? upTo, MarkRead mark, CancellationToken cancellation)
    {
        DateTimeOffset? seen = DateTimeOffset.TryParse(upTo, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        var read = await mark.AllAsync(context.Actor(), seen, cancellation);
        return Flash.Redirect(context, "/inbox", read == 0 ? "Nothing was unread." : $"{Words.Count(read, "message")} marked as read.");
    }

    private static async Task<IResult> OpenAsync(HttpContext context, Guid id, MarkRead mark, CancellationToken cancellation) =>
        await mark.OneAsync(context.Actor(), id, cancellation) is { Succeeded: true } read ? Flash.Redirect(context, read.Value) : Page.NotFound();

    private static async Task<IResult> ReadAsync(HttpContext context, Guid id, [FromForm] bool? unread, [FromForm] int? page, MarkRead mark, CancellationToken cancellation) =>
        (await mark.OneAsync(context.Actor(), id, cancellation)).Succeeded
            ? Flash.Redirect(context, InboxModel.UrlOf(unread is true, page ?? 1))
            : Page.NotFound();
}

public sealed record InboxModel(Page<AccessRequestRow> Waiting, Page<NotificationRow> Told, int Unread, bool UnreadOnly, Page<FollowedApiRow> Subscriptions)
{
    public IReadOnlyList<Tabs.Tab> Tabs => [new("All", UrlOf(false, 1), !UnreadOnly), new("Unread", UrlOf(true, 1), UnreadOnly, Unread)];

    public string Url(int page) => UrlOf(UnreadOnly, page);

    public static string UrlOf(bool unreadOnly, int page) => (unreadOnly, page) switch
    {
        (false, 1) => "/inbox",
        (true, 1) => "/inbox?unread=true",
        (false, _) => $"/inbox?page={page}",
        _ => $"/inbox?unread=true&page={page}",
    };
}
