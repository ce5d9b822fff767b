using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications;

public sealed record NotificationRow(Guid Id, string Kind, string Subject, string Text, string Link, DateTimeOffset At, DateTimeOffset? ReadAt);

/// <summary>What the actor was told. Nobody reads another's inbox.</summary>
public sealed class InboxReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Every page shows how much waits, so that it must cost the same however much that is.</summary>
    public const int MostCounted = 99;

    /// <summary>Newest first.</summary>
    public async Task<Page<NotificationRow>> ListAsync(Actor actor, bool unreadOnly, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.InboxEntries.Where(e => e.PersonId == actor.Id && (!unreadOnly || e.ReadAt == null))
            .OrderByDescending(e => e.At).ThenBy(e => e.NotificationId)
            .Select(e => new NotificationRow(
                e.NotificationId, e.Notification!.Kind, e.Notification.Subject, e.Notification.Text, e.Notification.Link, e.At, e.ReadAt))
            .ToPageAsync(page, cancellation);
    }

    /// <summary>What the actor has not read, and the requests that wait for the actor's decision; beyond <see cref="MostCounted"/> nobody counts on.</summary>
    public async Task<int> WaitingCountAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var authority = await Authority.OfAsync(db, actor, clock.GetUtcNow(), cancellation);
        var unread = await db.InboxEntries.Where(e => e.PersonId == actor.Id && e.ReadAt == null).OrderBy(e => e.At).Take(MostCounted + 1).CountAsync(cancellation);
        var room = MostCounted + 1 - unread;
        return room == 0 ? unread : unread + await db.AccessRequests.WaitingFor(authority).OrderBy(r => r.Number).Take(room).CountAsync(cancellation);
    }

    public async Task<int> UnreadCountAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.InboxEntries.CountAsync(e => e.PersonId == actor.Id && e.ReadAt == null, cancellation);
    }
}
