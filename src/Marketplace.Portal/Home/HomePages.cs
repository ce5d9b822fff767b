using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Home;

/// <summary>What waits for me, and what is mine.</summary>
internal static class HomePages
{
    private const int Shown = 8;
    private const int WaitingShown = 5;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext context, IDbContextFactory<MarketplaceDb> contexts, TimeProvider time, FollowingReader following, AnomalyReader anomalies,
        AccessRequestReader requests, CancellationToken cancellation)
    {
        var me = context.Actor();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var mine = db.Memberships.Where(m => m.PersonId == me.Id);
        var teams = mine.Select(m => m.TeamId);
        var now = time.GetUtcNow();

        var waiting = await requests.InboxAsync(me, new PageRequest(1, WaitingShown) { MostCounted = InboxReader.MostCounted }, cancellation);
        var asked = await requests.AskedAsync(me, new PageRequest(1, Shown) { MostCounted = Shown }, cancellation);
        var applications = await db.Applications
            .Where(a => teams.Contains(a.TeamId) && a.DisabledAt == null)
            .OrderBy(a => a.Name).Take(Shown)
            .Select(a => new ApplicationRow(
                a.ClientId, a.Name, a.Team!.Title,
                db.Grants.Count(g => g.ApplicationId == a.Id && g.EndedAt == null && g.ValidFrom <= now && g.ValidUntil > now)))
            .ToListAsync(cancellation);
        var apis = await db.ApiVersions
            .Where(v => teams.Contains(v.Api!.TeamId))
            .OrderBy(v => v.Api!.Title).ThenByDescending(v => v.Version).Take(Shown)
            .Select(v => new ApiRow(
                v.Api!.Name, v.Api.Title, v.Version, v.Lifecycle,
                v.Operations.Count(o => o.RemovedIn == null),
                db.Grants.Where(g => g.ApiVersionId == v.Id && g.EndedAt == null && g.ValidUntil > now).Select(g => g.ApplicationId).Distinct().Count(),
                v.Lifecycle == Lifecycle.Deprecated && v.SunsetAt <= now))
            .ToListAsync(cancellation);
        return Page.Show<HomePage, HomeModel>(new(me, waiting, asked.Items, applications, apis, await mine.AnyAsync(cancellation),
            (await following.StarredAsync(me, new PageRequest(1, 3 * Shown) { MostCounted = 0 }, cancellation)).Items,
            await anomalies.OpenAsync(me, cancellation)));
    }
}
