using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>
/// Delivers to webhooks, one turn of an endpoint at a time: while it lasts no other replica delivers to it, and an
/// endpoint that does not answer ends its turn and pauses, so that slow ones hold nobody up. Delivered at least once, each
/// time under the same webhook-id.
/// </summary>
public sealed class WebhookDispatcher(IDbContextFactory<MarketplaceDb> databases, WebhookSender sender, OutboxMeter meter, TimeProvider clock)
{
    /// <summary>Endpoints that one replica delivers to at once.</summary>
    public const int AtOnce = 8;

    private const int MostOfATurn = 50;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Whose turn it is; those that had theirs longest ago come first.</summary>
    public async Task<IReadOnlyList<Guid>> TakeAsync(int most, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.SqlQuery<Guid>(
            $"""
            with due as (
              select w.id from webhook w
              where w.disabled_at is null and w.next_at <= {now}
                and exists (select from webhook_delivery d where d.webhook_id = w.id and d.state = 'waiting' and d.next_at <= {now})
              order by w.next_at limit {most} for update of w skip locked)
            update webhook w set next_at = {now + Lease} from due where w.id = due.id returning w.id as "Value"
            """).ToListAsync(cancellation);
    }

    /// <summary>Those that are due, in order, until one is not answered or the time is over.</summary>
    public async Task TurnAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var began = clock.GetUtcNow();
        var webhook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellation);
        if (webhook is null)
            return;
        var due = await db.WebhookDeliveries.AsNoTracking().Include(d => d.Notification)
            .Where(d => d.WebhookId == id && d.State == DeliveryState.Waiting && d.NextAt <= began)
            .OrderBy(d => d.At).ThenBy(d => d.NotificationId).Take(MostOfATurn).ToListAsync(cancellation);
        var pause = TimeSpan.Zero;
        foreach (var delivery in due)
        {
            if (clock.GetUtcNow() - began > Turn)
                break;
            var answer = await sender.SendAsync(webhook, delivery.Notification!, cancellation);
            meter.Posted(answer.IsTaken);
            var goesOn = await RecordAsync(db, webhook, delivery, answer, cancellation);
            if (answer.IsAway)
            {
                var usual = Backoff.After(webhook.Failures + 1);
                pause = answer.RetryAfter ?? (usual < LongestPause ? usual : LongestPause);
            }

            if (!goesOn || answer.IsAway)
                break;
        }

        var next = clock.GetUtcNow() + pause;
        await db.Webhooks.Where(w => w.Id == id).ExecuteUpdateAsync(w => w.SetProperty(x => x.NextAt, next), cancellation);
    }

    /// <summary>False when nothing more goes there.</summary>
    private async Task<bool> RecordAsync(MarketplaceDb db, Webhook webhook, WebhookDelivery delivery, WebhookAnswer answer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var isOver = delivery.Attempts + 1 >= Backoff.MostAttempts || answer.Status == 410;
        var state = answer.IsTaken ? DeliveryState.Delivered : isOver ? DeliveryState.Failed : DeliveryState.Waiting;
        var wait = Backoff.After(delivery.Attempts + 1);
        var next = now + (answer.RetryAfter > wait ? answer.RetryAfter.Value : wait);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Whoever replays it meanwhile begins anew; then this attempt does not count.
        await db.WebhookDeliveries
            .Where(d => d.WebhookId == delivery.WebhookId && d.NotificationId == delivery.NotificationId && d.State == DeliveryState.Waiting && d.BeganAt == delivery.BeganAt)
            .ExecuteUpdateAsync(
                d => d.SetProperty(x => x.State, state).SetProperty(x => x.NextAt, next).SetProperty(x => x.Attempts, x => x.Attempts + 1)
                    .SetProperty(x => x.TriedAt, now).SetProperty(x => x.Status, answer.Status).SetProperty(x => x.Answer, answer.Answer),
                cancellation);
        if (answer.IsTaken)
        {
            await db.Webhooks.Where(w => w.Id == webhook.Id).ExecuteUpdateAsync(
                w => w.SetProperty(x => x.FailingSince, (DateTimeOffset?)null).SetProperty(x => x.Failures, 0).SetProperty(x => x.DeliveredAt, now), cancellation);
            (webhook.FailingSince, webhook.Failures) = (null, 0);
        }
        else
        {
            await db.Webhooks.Where(w => w.Id == webhook.Id).ExecuteUpdateAsync(
                w => w.SetProperty(x => x.FailingSince, x => x.FailingSince ?? now).SetProperty(x => x.Failures, x => x.Failures + 1), cancellation);
            (webhook.FailingSince, webhook.Failures) = (webhook.FailingSince ?? now, webhook.Failures + 1);
        }

        var stop = answer.Status == 410 ? WebhookStop.Gone
            // In all the time that this one was tried it has taken nothing else, either.
            : isOver && webhook.FailingSince <= now - Backoff.GivenUpAfter ? WebhookStop.Failing : (WebhookStop?)null;
        var stopped = stop is { } why && await WebhookEnd.StopAsync(db, now, Actor.System, webhook, why, answer.Answer, cancellation);
        await transaction.CommitAsync(cancellation);
        return !stopped;
    }
}
