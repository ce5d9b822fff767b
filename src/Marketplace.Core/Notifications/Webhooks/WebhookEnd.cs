using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Webhooks;

/// <summary>Nothing more goes to an endpoint until somebody turns it on again; what comes meanwhile waits.</summary>
internal static class WebhookEnd
{
    public static async Task<bool> StopAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Webhook webhook, WebhookStop why, string said, CancellationToken cancellation)
    {
        if (await db.Webhooks.Where(w => w.Id == webhook.Id && w.DisabledAt == null)
            .ExecuteUpdateAsync(w => w.SetProperty(x => x.DisabledAt, now).SetProperty(x => x.DisabledWhy, why), cancellation) == 0)
            return false;
        var team = await db.Teams.Where(t => t.Id == webhook.TeamId).Select(t => t.Name).SingleAsync(cancellation);
        var host = new Uri(webhook.Url).Authority;
        if (why is not WebhookStop.ByHand)
            await Inbox.TellAsync(
                db, now, actor,
                new(NotificationKind.WebhookStopped, $"The webhook at {host} was turned off",
                    (why is WebhookStop.Gone ? "It answered 410 Gone." : "It took nothing for three days.")
                    + (said.Length > 0 ? $" The last answer was: {said}" : "") + "\nMend it and turn it on again: what comes meanwhile waits for 30 days.",
                    $"/teams/{team}/webhooks/{webhook.Id}"),
                new() { OwnersOfTeams = [webhook.TeamId] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("webhook.stopped", "team", webhook.TeamId.ToString(), team, null, new { webhook = webhook.Id, webhook.Url, why = StoredEnum.ToWord(why), said, before = "on", after = "off" }), cancellation);
        return true;
    }
}
