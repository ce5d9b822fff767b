using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <param name="Grants">That stand with these limits.</param>
/// <param name="IsNewest">Whether the plan offers these limits still.</param>
/// <param name="Calls">Of the quota, as of <paramref name="CountedAt"/>; 0 where nothing was called in this window.</param>
/// <param name="Until">When the window ends; null where none was begun.</param>
/// <param name="SpentAt">When all of it was used up; from then on calls are refused until <paramref name="Until"/>.</param>
public sealed record PlanUseRow(
    string ClientId, string Api, string ApiTitle, string Version, string Environment, string Plan, string PlanTitle, int Revision, bool IsNewest,
    long? Rate, int? Per, long? Burst, long? Quota, string? Window, int Grants, long Calls, DateTimeOffset? Until, DateTimeOffset? CountedAt, DateTimeOffset? SpentAt)
{
    /// <summary>In whole percents, rounded down, so that 100 means all; null without a quota.</summary>
    public int? Percent => Quota is { } quota ? (int)Math.Min(100, Calls * 100.0 / quota) : null;
}

/// <summary>Under which plans an application calls, and what it has used. For its team and for those whose API it calls.</summary>
public sealed class PlanUseReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Of one application, in one environment of one line if that is named; those that have used most first.</summary>
    public async Task<Page<PlanUseRow>> ListAsync(
        Actor actor, string clientId, string? api, string? version, string? environment, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var application = await db.Applications.Where(a => a.ClientId == clientId).Select(a => a.Id).SingleOrDefaultAsync(cancellation);
        var reach = await TeamReach.OfAsync(db, actor, cancellation);
        var carried =
            from g in db.Grants.Within(reach)
            where g.ApplicationId == application && g.EndedAt == null && g.ValidUntil > now && g.PlanLimitsId != null
                && (environment == null || g.Environment == environment)
            group g by new { g.ApplicationId, g.ApiVersionId, g.Environment, Limits = g.PlanLimitsId!.Value } into same
            select new { same.Key.ApplicationId, same.Key.ApiVersionId, same.Key.Environment, same.Key.Limits, Grants = same.Count() };
        var rows =
            from c in carried
            join v in db.ApiVersions on c.ApiVersionId equals v.Id
            join l in db.PlanLimits on c.Limits equals l.Id
            from q in db.QuotaUses.Where(q => q.ApplicationId == c.ApplicationId && q.ApiVersionId == c.ApiVersionId && q.Environment == c.Environment && q.PlanLimitsId == c.Limits && q.Until > now).DefaultIfEmpty()
            where (api == null || v.Api!.Name == api) && (version == null || v.Version == version)
            orderby l.Quota == null, (q == null ? 0 : q.Calls) * 1.0 / (l.Quota ?? 1) descending, v.Api!.Name, v.Version, c.Environment, c.Limits
            select new PlanUseRow(
                clientId, v.Api!.Name, v.Api.Title, v.Version, c.Environment, l.Plan!.Name, l.Plan.Title, l.Revision, l.Plan.Revision == l.Revision,
                l.Rate, l.Per, l.Burst, l.Quota, l.QuotaWindow, c.Grants,
                q == null ? 0 : q.Calls, q == null ? null : q.Until, q == null ? null : q.CountedAt, q == null ? null : q.SpentAt);
        return await rows.ToPageAsync(page, cancellation);
    }
}
