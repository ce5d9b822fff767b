using Marketplace.Core.Catalog.Search.Match;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search;

/// <summary>What a search asks the database about its answer: whether the index and what was known of the reader still hold.</summary>
/// <param name="Revision">At which the catalog stands.</param>
/// <param name="Teams">That the reader is in, in order.</param>
/// <param name="Lines">
/// How many of the lines on the page the reader may see, by the same rule of visibility as everywhere: a mistake of the
/// index shows too little, never too much.
/// </param>
internal sealed record SearchFacts(long Revision, List<Guid> Teams, int Lines)
{
    // With fewer, PostgreSQL takes planning anew for each number of them to be cheaper than its plan for any number
    // (PREPARE, "Notes"), and it took most of the time of the question. The rest are ids of nothing.
    private const int AskedAtLeast = 30;

    public static Task<SearchFacts> ReadAsync(MarketplaceDb db, Actor actor, Guid[] page, CancellationToken cancellation)
    {
        if (page.Length < AskedAtLeast)
            Array.Resize(ref page, AskedAtLeast);
        var visible = db.ApiVersions.VisibleTo(actor).Where(v => page.Contains(v.Id));
        return db.PolicyHeads
            .Select(h => new SearchFacts(
                h.Revision, db.Memberships.Where(m => m.PersonId == actor.Id).OrderBy(m => m.TeamId).Select(m => m.TeamId).ToList(), visible.Count()))
            .SingleAsync(cancellation);
    }

    /// <summary>What applications of the reader's teams may call at this moment.</summary>
    public static async Task<Granted> GrantedAsync(MarketplaceDb db, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var granted = await db.Grants.Where(g => g.EndedAt == null && g.ValidFrom <= now && g.ValidUntil > now && g.Application!.DisabledAt == null)
            .Where(g => db.Applications.WithMember(actor).Any(a => a.Id == g.ApplicationId))
            .Select(g => new { g.OperationId, g.ApiVersionId }).Distinct().ToListAsync(cancellation);
        return new([.. granted.Select(g => g.OperationId)], [.. granted.Select(g => g.ApiVersionId)]);
    }
}
