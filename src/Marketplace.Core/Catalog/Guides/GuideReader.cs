using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Guides;

public sealed record GuideRow(string Slug, string Title, int Position, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <param name="Revision">What a change is based on.</param>
public sealed record GuideDetails(string Slug, string Title, string Markdown, int Revision, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>Guides are for whoever sees the API.</summary>
public sealed class GuideReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>All of them, in their order; there are at most <see cref="WriteGuide.MaximumGuides"/>. Null when there is no such API to see.</summary>
    public async Task<IReadOnlyList<GuideRow>?> ListAsync(Actor actor, string api, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Apis.VisibleTo(actor).AnyAsync(a => a.Name == api, cancellation))
            return null;
        return await db.ApiGuides.Where(g => g.Api!.Name == api).OrderBy(g => g.Position).ThenBy(g => g.Slug)
            .Select(g => new GuideRow(g.Slug, g.Title, g.Position, db.People.Where(p => p.Id == g.UpdatedBy).Select(p => p.DisplayName).Single(), g.UpdatedAt))
            .ToListAsync(cancellation);
    }

    public async Task<GuideDetails?> FindAsync(Actor actor, string api, string slug, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var apis = db.Apis.VisibleTo(actor).Where(a => a.Name == api).Select(a => a.Id);
        return await db.ApiGuides.Where(g => apis.Contains(g.ApiId) && g.Slug == slug)
            .Select(g => new GuideDetails(
                g.Slug, g.Title, g.Markdown, g.Revision, db.People.Where(p => p.Id == g.UpdatedBy).Select(p => p.DisplayName).Single(), g.UpdatedAt))
            .SingleOrDefaultAsync(cancellation);
    }
}
