using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <param name="Revision">The newest of its limits, which these are.</param>
/// <param name="Grants">That stand and carry the plan.</param>
/// <param name="Outdated">Those of them with older limits.</param>
public sealed record PlanRow(
    string Name, string Title, string Description, IReadOnlyList<string> Environments, IReadOnlyList<string> Tags, bool IsDefault, DateTimeOffset? ArchivedAt,
    int Revision, long? Rate, int? Per, long? Burst, long? Quota, string? Window, int? MaximumDays, int Grants, int Outdated, string Api)
{
    public bool IsOffered => ArchivedAt is null;

    /// <summary>Whether these endpoints may be called under it.</summary>
    public bool Fits(IEnumerable<IReadOnlyList<string>> tagsOfEndpoints) => Tags.Count == 0 || tagsOfEndpoints.All(tags => tags.Intersect(Tags, StringComparer.Ordinal).Any());
}

/// <summary>Plans are for whoever sees the API.</summary>
public sealed class PlanReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>All of them, those offered first and the default before all; null when there is no such API to see.</summary>
    public async Task<IReadOnlyList<PlanRow>?> ListAsync(Actor actor, string api, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Apis.VisibleTo(actor).AnyAsync(a => a.Name == api, cancellation))
            return null;
        return await Rows(db, db.Plans.Where(p => p.Api!.Name == api)).ToListAsync(cancellation);
    }

    /// <summary>Those that are offered, by the API's name.</summary>
    public async Task<ILookup<string, PlanRow>> OfferedAsync(Actor actor, IReadOnlyCollection<string> apis, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var names = apis.ToArray();
        var seen = await db.Apis.VisibleTo(actor).Where(a => names.Contains(a.Name)).Select(a => a.Id).ToListAsync(cancellation);
        return (await Rows(db, db.Plans.Where(p => seen.Contains(p.ApiId) && p.ArchivedAt == null)).ToListAsync(cancellation)).ToLookup(p => p.Api, StringComparer.Ordinal);
    }

    private IQueryable<PlanRow> Rows(MarketplaceDb db, IQueryable<Plan> plans)
    {
        var now = clock.GetUtcNow();
        return
            from p in plans
            from l in p.Limits.Where(l => l.Revision == p.Revision)
            orderby p.ArchivedAt != null, p.IsDefault descending, p.CreatedAt, p.Name
            select new PlanRow(
                p.Name, p.Title, p.Description, p.Environments, p.Tags, p.IsDefault, p.ArchivedAt, p.Revision, l.Rate, l.Per, l.Burst, l.Quota, l.QuotaWindow, l.MaximumDays,
                db.Grants.Count(g => g.EndedAt == null && g.ValidUntil > now && p.Limits.Any(x => x.Id == g.PlanLimitsId)),
                db.Grants.Count(g => g.EndedAt == null && g.ValidUntil > now && p.Limits.Any(x => x.Id == g.PlanLimitsId && x.Revision != p.Revision)), p.Api!.Name);
    }
}
