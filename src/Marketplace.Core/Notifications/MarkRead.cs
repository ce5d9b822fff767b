using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications;

/// <summary>A person has seen what they were told. No audit event: it changes nothing for anybody else.</summary>
public sealed class MarkRead(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <returns>Where the notification leads.</returns>
    public async Task<Outcome<string>> OneAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var link = await db.InboxEntries.Where(e => e.PersonId == actor.Id && e.NotificationId == id)
            .Select(e => e.Notification!.Link).SingleOrDefaultAsync(cancellation);
        if (link is null)
            return new Problem(Problem.NotFound, "There is no such notification in your inbox.");
        var now = clock.GetUtcNow();
        await db.InboxEntries.Where(e => e.PersonId == actor.Id && e.NotificationId == id && e.ReadAt == null)
            .ExecuteUpdateAsync(e => e.SetProperty(x => x.ReadAt, now), cancellation);
        return link;
    }

    /// <param name="actor">Whose.</param>
    /// <param name="upTo">The newest that the person has seen: what has come since stays unread. Null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many were unread.</returns>
    public async Task<int> AllAsync(Actor actor, DateTimeOffset? upTo, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var until = upTo?.ToUniversalTime();
        return await db.InboxEntries.Where(e => e.PersonId == actor.Id && e.ReadAt == null && (until == null || e.At <= until))
            .ExecuteUpdateAsync(e => e.SetProperty(x => x.ReadAt, now), cancellation);
    }
}
