using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Webhooks;

/// <param name="Id">The webhook.</param>
/// <param name="Url">Where it posts.</param>
/// <param name="Description">What is there.</param>
/// <param name="EventTypes">Empty for every one.</param>
/// <param name="Apis">Whose changes it is told of besides.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="DisabledAt">Since when nothing goes there.</param>
/// <param name="DisabledWhy">Why.</param>
/// <param name="FailingSince">The first failure since it last took something.</param>
/// <param name="DeliveredAt">When it last took something.</param>
/// <param name="OldSecretUntil">Until when the secret before this one signs as well.</param>
/// <param name="Waiting">Deliveries that wait.</param>
public sealed record WebhookRow(
    Guid Id, string Url, string Description, IReadOnlyList<string> EventTypes, IReadOnlyList<string> Apis, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt,
    WebhookStop? DisabledWhy, DateTimeOffset? FailingSince, DateTimeOffset? DeliveredAt, DateTimeOffset? OldSecretUntil, int Waiting);

/// <param name="Team">Whose webhooks they are.</param>
/// <param name="Title">What people call the team.</param>
/// <param name="MayChange">The reader owns the team.</param>
/// <param name="Rows">The oldest first.</param>
public sealed record TeamWebhooks(string Team, string Title, bool MayChange, IReadOnlyList<WebhookRow> Rows);

public sealed record DeliveryRow(
    Guid NotificationId, string Kind, string Subject, string Link, DateTimeOffset At, DeliveryState State, int Attempts, DateTimeOffset? TriedAt, DateTimeOffset NextAt,
    int? Status, string? Answer)
{
    public string MessageId => WebhookPayload.IdOf(NotificationId);

    public string EventType => NotificationKinds.Of(Kind).EventType;
}

/// <summary>For the members of the team and the platform roles; nobody reads a secret again.</summary>
public sealed class WebhookReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Null: no team of the actor's.</summary>
    public async Task<TeamWebhooks?> ListAsync(Actor actor, string team, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await SeenBy(db, actor).Where(t => t.Name == team)
            .Select(t => new { t.Id, t.Name, t.Title, MayChange = t.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner) })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var rows = await db.Webhooks.Where(w => w.TeamId == found.Id).OrderBy(w => w.CreatedAt).ThenBy(w => w.Id)
            .Select(w => new WebhookRow(
                w.Id, w.Url, w.Description, w.EventTypes, w.Apis.OrderBy(a => a.Api!.Name).Select(a => a.Api!.Name).ToList(), w.CreatedAt, w.DisabledAt, w.DisabledWhy,
                w.FailingSince, w.DeliveredAt, w.OldSecretUntil, db.WebhookDeliveries.Count(d => d.WebhookId == w.Id && d.State == DeliveryState.Waiting)))
            .ToListAsync(cancellation);
        return new(found.Name, found.Title, found.MayChange, rows);
    }

    /// <summary>The newest first. Null: no webhook that the actor may see.</summary>
    public async Task<Page<DeliveryRow>?> DeliveriesAsync(Actor actor, string team, Guid id, DeliveryState? state, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await SeenBy(db, actor).AnyAsync(t => t.Name == team && db.Webhooks.Any(w => w.Id == id && w.TeamId == t.Id), cancellation))
            return null;
        return await db.WebhookDeliveries.Where(d => d.WebhookId == id && (state == null || d.State == state))
            .OrderByDescending(d => d.At).ThenBy(d => d.NotificationId)
            .Select(d => new DeliveryRow(
                d.NotificationId, d.Notification!.Kind, d.Notification.Subject, d.Notification.Link, d.At, d.State, d.Attempts, d.TriedAt, d.NextAt, d.Status, d.Answer))
            .ToPageAsync(page, cancellation);
    }

    private static IQueryable<Team> SeenBy(MarketplaceDb db, Actor actor) => actor.ReadsEverything ? db.Teams : db.Teams.WithMember(actor);
}
