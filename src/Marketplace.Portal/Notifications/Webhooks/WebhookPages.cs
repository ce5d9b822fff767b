using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications.Webhooks;

/// <summary>Where a team's programs are told, and what became of each delivery.</summary>
internal static class WebhookPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/teams/{name}/webhooks", ListAsync);
        pages.MapPost("/teams/{name}/webhooks", AddAsync);
        pages.MapGet("/teams/{name}/webhooks/{id:guid}", ShowAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}", ChangeAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/secret", RotateAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/test", TestAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/on", (HttpContext context, string name, Guid id, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation) =>
            SwitchAsync(context, name, id, true, change, reader, cancellation));
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/off", (HttpContext context, string name, Guid id, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation) =>
            SwitchAsync(context, name, id, false, change, reader, cancellation));
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/remove", RemoveAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/deliveries/{notification:guid}/replay", ReplayOneAsync);
        pages.MapPost("/teams/{name}/webhooks/{id:guid}/replay", ReplaySinceAsync);
    }

    internal static string UrlOf(string team, Guid? id = null) => id is null ? $"/teams/{team}/webhooks" : $"/teams/{team}/webhooks/{id}";

    private static Task<IResult> ListAsync(HttpContext context, string name, WebhookReader reader, CancellationToken cancellation) =>
        ListedAsync(context, name, new("", "", [], []), [], null, reader, cancellation);

    private static async Task<IResult> AddAsync(HttpContext context, string name, IFormCollection form, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation)
    {
        var typed = Typed(form);
        var added = await change.AddAsync(context.Actor(), name, typed, cancellation);
        // Rendered here and now: a redirect would have to carry the secret.
        return added.Succeeded
            ? await ShownAsync(context, name, added.Value.Id, null, 1, null, [], added.Value.Secret, reader, cancellation)
            : await ListedAsync(context, name, typed, added.Problems, added, reader, cancellation);
    }

    private static Task<IResult> ShowAsync(HttpContext context, string name, Guid id, string? state, int? page, WebhookReader reader, CancellationToken cancellation) =>
        ShownAsync(context, name, id, StoredEnum.TryFromWord<DeliveryState>(state, out var only) ? only : null, page ?? 1, null, [], null, reader, cancellation);

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string name, Guid id, IFormCollection form, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation)
    {
        var typed = Typed(form);
        return await DoneAsync(context, name, id, await change.ChangeAsync(context.Actor(), name, id, typed, cancellation), _ => "The webhook is changed.", typed, reader, cancellation);
    }

    private static async Task<IResult> RotateAsync(HttpContext context, string name, Guid id, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation)
    {
        var rotated = await change.RotateAsync(context.Actor(), name, id, cancellation);
        return rotated.Succeeded
            ? await ShownAsync(context, name, id, null, 1, null, [], rotated.Value.Secret, reader, cancellation)
            : await DoneAsync(context, name, id, rotated, _ => "", null, reader, cancellation);
    }

    private static async Task<IResult> TestAsync(HttpContext context, string name, Guid id, ReplayWebhook replay, WebhookReader reader, CancellationToken cancellation) =>
        await DoneAsync(
            context, name, id, await replay.TestAsync(context.Actor(), name, id, cancellation), _ => "A test event is on its way. Look again in a few seconds.", null, reader, cancellation);

    private static async Task<IResult> SwitchAsync(HttpContext context, string name, Guid id, bool on, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation) =>
        await DoneAsync(
            context, name, id, await change.SwitchAsync(context.Actor(), name, id, on, cancellation),
            _ => on ? "The webhook is on. What waited is delivered now." : "The webhook is off. What comes waits for 30 days.", null, reader, cancellation);

    private static async Task<IResult> RemoveAsync(HttpContext context, string name, Guid id, ChangeWebhook change, WebhookReader reader, CancellationToken cancellation)
    {
        var removed = await change.RemoveAsync(context.Actor(), name, id, cancellation);
        return removed.Succeeded
            ? Flash.Redirect(context, UrlOf(name), "The webhook is removed.")
            : await DoneAsync(context, name, id, removed, _ => "", null, reader, cancellation);
    }

    private static async Task<IResult> ReplayOneAsync(
        HttpContext context, string name, Guid id, Guid notification, ReplayWebhook replay, WebhookReader reader, CancellationToken cancellation) =>
        await DoneAsync(
            context, name, id, await replay.OneAsync(context.Actor(), name, id, notification, cancellation), _ => "It is delivered again. Look again in a few seconds.", null, reader, cancellation);

    private static async Task<IResult> ReplaySinceAsync(
        HttpContext context, string name, Guid id, [FromForm] string? since, ReplayWebhook replay, WebhookReader reader, CancellationToken cancellation)
    {
        var replayed = DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from)
            ? await replay.SinceAsync(context.Actor(), name, id, from, cancellation)
            : new Problem("since_malformed", "Choose a day and a time.", "since");
        return await DoneAsync(
            context, name, id, replayed, count => count == 0 ? "Nothing was told since then." : $"{Words.Count(count, "event")} delivered again.", null, reader, cancellation);
    }

    private static WebhookInput Typed(IFormCollection form) => new(
        form["url"].ToString(), form["description"].ToString(), [.. form["eventTypes"].Where(type => !string.IsNullOrEmpty(type)).Select(type => type!)],
        form["apis"].ToString().Split([',', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    private static async Task<IResult> ListedAsync(
        HttpContext context, string name, WebhookInput typed, IReadOnlyList<Problem> problems, Outcome<NewWebhook>? asked, WebhookReader reader, CancellationToken cancellation)
    {
        if (asked?.IsNotFound() is true || await reader.ListAsync(context.Actor(), name, cancellation) is not { } webhooks)
            return Page.NotFound();
        var model = new WebhookListModel(webhooks, typed, problems);
        return problems.Count == 0 ? Page.Show<WebhookListPage, WebhookListModel>(model) : Page.Again<WebhookListPage, WebhookListModel>(model);
    }

    private static async Task<IResult> DoneAsync<T>(
        HttpContext context, string name, Guid id, Outcome<T> outcome, Func<T, string> say, WebhookInput? typed, WebhookReader reader, CancellationToken cancellation) =>
        outcome.Succeeded ? Flash.Redirect(context, UrlOf(name, id), say(outcome.Value))
        : outcome.IsNotFound() ? Page.NotFound()
        : await ShownAsync(context, name, id, null, 1, typed, outcome.Problems, null, reader, cancellation);

    private static async Task<IResult> ShownAsync(
        HttpContext context, string name, Guid id, DeliveryState? state, int page, WebhookInput? typed, IReadOnlyList<Problem> problems, string? secret,
        WebhookReader reader, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await reader.ListAsync(actor, name, cancellation) is not { } webhooks || webhooks.Rows.SingleOrDefault(w => w.Id == id) is not { } row
            || await reader.DeliveriesAsync(actor, name, id, state, new(page), cancellation) is not { } deliveries)
            return Page.NotFound();
        var model = new WebhookModel(
            webhooks, row, deliveries, state, typed ?? new(row.Url, row.Description, row.EventTypes, row.Apis), problems, secret);
        return problems.Count == 0 ? Page.Show<WebhookPage, WebhookModel>(model) : Page.Again<WebhookPage, WebhookModel>(model);
    }
}

public sealed record WebhookListModel(TeamWebhooks Webhooks, WebhookInput Typed, IReadOnlyList<Problem> Problems);

/// <param name="Webhooks">The team's.</param>
/// <param name="Row">This one.</param>
/// <param name="Deliveries">Of this one.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="Typed">What the form holds.</param>
/// <param name="Problems">What to mend.</param>
/// <param name="Secret">A new one, shown this once.</param>
public sealed record WebhookModel(
    TeamWebhooks Webhooks, WebhookRow Row, Page<DeliveryRow> Deliveries, DeliveryState? State, WebhookInput Typed, IReadOnlyList<Problem> Problems, string? Secret)
{
    public string Url => WebhookPages.UrlOf(Webhooks.Team, Row.Id);

    public string UrlWith(DeliveryState? state, int page = 1) => (state, page) switch
    {
        (null, 1) => Url,
        (null, _) => $"{Url}?page={page}",
        ({ } only, 1) => $"{Url}?state={Words.Slug(only)}",
        ({ } only, _) => $"{Url}?state={Words.Slug(only)}&page={page}",
    };
}
