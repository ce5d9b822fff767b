using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Webhooks;

/// <summary>Delivers again what was delivered or given up, under the same webhook-id, and sends events to try it out.</summary>
public sealed class ReplayWebhook(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Of test events within ten minutes, and of replays of a stretch of time within an hour.</summary>
    public const int AtMost = 10;

    public Task<Outcome<int>> OneAsync(Actor actor, string team, Guid id, Guid notification, CancellationToken cancellation) =>
        WithAsync(actor, team, id, async (db, webhook, now) =>
        {
            var again = await db.Database.ExecuteSqlAsync(
                $"""
                update webhook_delivery set state = 'waiting', next_at = {now}, attempts = 0, began_at = {now}
                where webhook_id = {id} and notification_id = {notification}
                """,
                cancellation);
            if (again == 0)
                return new Problem(Problem.NotFound, "There is no such delivery; they are kept for 30 days.");
            await RecordAsync(db, actor, now, webhook, new { webhook = id, delivery = WebhookPayload.IdOf(notification) }, cancellation);
            return again;
        }, cancellation);

    /// <summary>Everything told since then, delivered or not.</summary>
    public Task<Outcome<int>> SinceAsync(Actor actor, string team, Guid id, DateTimeOffset since, CancellationToken cancellation) =>
        WithAsync(actor, team, id, async (db, webhook, now) =>
        {
            var from = since.ToUniversalTime();
            if (from > now)
                return new Problem("since_future", "Choose a time in the past.", "since");
            var hourAgo = now.AddHours(-1);
            var owner = webhook.TeamId.ToString();
            if (await db.AuditEvents.CountAsync(e => e.SubjectKind == "team" && e.SubjectId == owner && e.Action == "webhook.replayed" && e.At > hourAgo, cancellation) >= AtMost)
                return new Problem(Problem.TooMany, $"Your team has replayed {AtMost} times within an hour. Look at what came of it, and go on in a while.", "since");
            var again = await db.Database.ExecuteSqlAsync(
                $"update webhook_delivery set state = 'waiting', next_at = {now}, attempts = 0, began_at = {now} where webhook_id = {id} and at >= {from}", cancellation);
            if (again > 0)
                await RecordAsync(db, actor, now, webhook, new { webhook = id, since = from, deliveries = again }, cancellation);
            return again;
        }, cancellation);

    public Task<Outcome<int>> TestAsync(Actor actor, string team, Guid id, CancellationToken cancellation) =>
        WithAsync(actor, team, id, async (db, webhook, now) =>
        {
            if (webhook.DisabledAt is not null)
                return new Problem(Problem.Conflict, "It is off; turn it on first.");
            var lately = now.AddMinutes(-10);
            if (await db.WebhookDeliveries.CountAsync(d => d.WebhookId == id && d.At > lately && db.Notifications.Any(n => n.Id == d.NotificationId && n.Kind == NotificationKind.WebhookTest), cancellation) >= AtMost)
                return new Problem(Problem.TooMany, $"{AtMost} test events were sent within ten minutes. Look at what came of them, and go on in a while.");
            var notification = new Notification
            {
                Id = Guid.CreateVersion7(now), Kind = NotificationKind.WebhookTest, Subject = $"A test event, sent by {actor.Name}", Text = "", Link = $"/teams/{team}/webhooks/{id}", At = now,
            };
            db.AddRange(notification, new WebhookDelivery { WebhookId = id, NotificationId = notification.Id, At = now, State = DeliveryState.Waiting, NextAt = now, BeganAt = now });
            // Whoever tries it out has just mended it, and does not wait for the end of a pause.
            webhook.NextAt = webhook.FailingSince is null ? webhook.NextAt : now;
            await db.SaveChangesAsync(cancellation);
            return 1;
        }, cancellation);

    private async Task<Outcome<int>> WithAsync(
        Actor actor, string team, Guid id, Func<MarketplaceDb, Webhook, DateTimeOffset, Task<Outcome<int>>> act, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var webhook = await db.Webhooks.Include(w => w.Team)
            .SingleOrDefaultAsync(w => w.Id == id && w.Team!.Name == team && db.Teams.WithOwner(actor).Any(t => t.Id == w.TeamId), cancellation);
        if (webhook is null)
            return new Problem(Problem.NotFound, "There is no such webhook of a team that you own.");
        // One after the other, so that nobody counts past the bound.
        await db.Database.ExecuteSqlAsync($"select 1 from webhook where id = {id} for no key update", cancellation);
        var outcome = await act(db, webhook, clock.GetUtcNow());
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome;
    }

    private static Task RecordAsync(MarketplaceDb db, Actor actor, DateTimeOffset now, Webhook webhook, object details, CancellationToken cancellation) =>
        AuditLog.AppendAsync(db, now, actor, new AuditEntry("webhook.replayed", "team", webhook.TeamId.ToString(), webhook.Team!.Name, null, details), cancellation);
}
