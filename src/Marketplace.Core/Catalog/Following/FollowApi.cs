using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Following;

/// <summary>A person's own marks: no audit event, since they change nothing for anybody else. Said twice is said once.</summary>
public sealed class FollowApi(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<bool>> StarAsync(Actor actor, string api, bool starred, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await FindAsync(db, actor, api, cancellation) is not { } id)
            return Unknown(api);
        if (starred)
            await db.Database.ExecuteSqlAsync(
                $"insert into api_star (api_id, person_id, at) values ({id}, {actor.Id}, {clock.GetUtcNow()}) on conflict do nothing", cancellation);
        else
            await db.ApiStars.Where(s => s.ApiId == id && s.PersonId == actor.Id).ExecuteDeleteAsync(cancellation);
        return starred;
    }

    public async Task<Outcome<bool>> SubscribeAsync(Actor actor, string api, bool subscribed, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await FindAsync(db, actor, api, cancellation) is not { } id)
            return Unknown(api);
        if (subscribed)
            await db.Database.ExecuteSqlAsync(
                $"insert into api_subscription (api_id, person_id, at) values ({id}, {actor.Id}, {clock.GetUtcNow()}) on conflict do nothing", cancellation);
        else
            await db.ApiSubscriptions.Where(s => s.ApiId == id && s.PersonId == actor.Id).ExecuteDeleteAsync(cancellation);
        return subscribed;
    }

    private static Task<Guid?> FindAsync(MarketplaceDb db, Actor actor, string api, CancellationToken cancellation) =>
        db.Apis.VisibleTo(actor).Where(a => a.Name == api).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);

    private static Problem Unknown(string api) => new(Problem.NotFound, $"There is no API {api} that you may see.");
}
