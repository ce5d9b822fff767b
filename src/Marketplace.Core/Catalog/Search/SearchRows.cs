using Marketplace.Core.Catalog.Search.Match;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search;

/// <summary>
/// What a search asks the database: who the reader is at this moment, and the rows of the page that is shown. The rows
/// are read under the same rule of visibility as everywhere, so that a mistake of the index shows too little, never too much.
/// </summary>
internal static class SearchRows
{
    public static async Task<(long Revision, SearchReader Reader)> ReaderAsync(
        MarketplaceDb db, Actor actor, SearchQuery query, DateTimeOffset now, CancellationToken cancellation)
    {
        var closed = db.ApiVersions.VisibleTo(actor).Where(v => v.Lifecycle == Lifecycle.Draft);
        var head = await db.PolicyHeads
            .Select(h => new { h.Revision, Closed = actor.ReadsEverything ? new List<Guid>() : closed.Select(v => v.Id).ToList() })
            .SingleAsync(cancellation);
        var teams = query.OwnedByMyTeams
            ? await db.Teams.WithMember(actor).Select(t => t.Id).ToListAsync(cancellation)
            : null;
        var granted = query.Callable
            ? await db.Grants.Where(g => g.EndedAt == null && g.ValidFrom <= now && g.ValidUntil > now && g.Application!.DisabledAt == null)
                .Where(g => db.Applications.WithMember(actor).Any(a => a.Id == g.ApplicationId))
                .Select(g => new { g.OperationId, g.ApiVersionId }).Distinct().ToListAsync(cancellation)
            : null;
        return (head.Revision, new(
            actor.ReadsEverything,
            [.. head.Closed],
            teams?.ToHashSet(),
            granted is null ? null : new([.. granted.Select(g => g.OperationId)], [.. granted.Select(g => g.ApiVersionId)])));
    }

    public static async Task<List<OperationHit>> OperationsAsync(MarketplaceDb db, Actor actor, Guid[] ids, CancellationToken cancellation)
    {
        var rows = await db.ApiVersions.VisibleTo(actor)
            .SelectMany(v => v.Operations.Where(o => ids.Contains(o.Id) && o.RemovedIn == null), (v, o) => new
            {
                o.Id,
                Hit = new OperationHit(
                    v.Api!.Name, v.Api.Title, v.Version, v.Lifecycle, v.Api.Classification, v.Api.Team!.Name, v.Api.Team.Title,
                    o.Key, o.Method, o.Path, o.Summary, o.Tags, o.Deprecated,
                    o.NotEnforceable == null && (v.Lifecycle == Lifecycle.Published || v.Lifecycle == Lifecycle.Deprecated)),
            })
            .ToDictionaryAsync(r => r.Id, r => r.Hit, cancellation);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    public static async Task<List<ApiHit>> ApisAsync(MarketplaceDb db, Actor actor, Guid[] ids, CancellationToken cancellation)
    {
        var rows = await db.ApiVersions.VisibleTo(actor).Where(v => ids.Contains(v.Id))
            .Select(v => new
            {
                v.Id,
                Hit = new ApiHit(
                    v.Api!.Name, v.Api.Title, v.Api.Summary, v.Version, v.Lifecycle, v.Api.Classification, v.Api.Team!.Name, v.Api.Team.Title,
                    v.Operations.Count(o => o.RemovedIn == null)),
            })
            .ToDictionaryAsync(r => r.Id, r => r.Hit, cancellation);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }
}
