using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Following;

/// <param name="Subscribed">The reader is told of its changes.</param>
public sealed record FollowedApiRow(string Name, string Title, string Summary, string TeamTitle, bool Subscribed, DateTimeOffset At);

public sealed class FollowingReader(IDbContextFactory<MarketplaceDb> databases)
{
    public async Task<Page<FollowedApiRow>> StarredAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var visible = db.Apis.VisibleTo(actor);
        return await db.ApiStars.Where(s => s.PersonId == actor.Id)
            .Join(visible, s => s.ApiId, a => a.Id, (s, a) => new { a, s.At })
            .OrderBy(f => f.a.Title).ThenBy(f => f.a.Name)
            .Select(f => new FollowedApiRow(
                f.a.Name, f.a.Title, f.a.Summary, f.a.Team!.Title, db.ApiSubscriptions.Any(x => x.ApiId == f.a.Id && x.PersonId == actor.Id), f.At))
            .ToPageAsync(page, cancellation);
    }

    public async Task<Page<FollowedApiRow>> SubscribedAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var visible = db.Apis.VisibleTo(actor);
        return await db.ApiSubscriptions.Where(s => s.PersonId == actor.Id)
            .Join(visible, s => s.ApiId, a => a.Id, (s, a) => new { a, s.At })
            .OrderBy(f => f.a.Title).ThenBy(f => f.a.Name)
            .Select(f => new FollowedApiRow(f.a.Name, f.a.Title, f.a.Summary, f.a.Team!.Title, true, f.At))
            .ToPageAsync(page, cancellation);
    }
}
