using System.Data;
using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Data;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search.Feed;

/// <summary>Reads what the index is made of. Each read sees one moment of the database, so that no change falls between two queries.</summary>
public sealed class CatalogIndexLoader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Where more lines than these changed at once, one pass over the whole catalog is as cheap.</summary>
    private const int MostLines = 5_000;

    internal async Task<CatalogIndex> LoadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var head = await HeadAsync(db, cancellation);
        return CatalogIndex.Of(head, await LinesAsync(db, null, cancellation)).Compacted();
    }

    /// <summary>The index as of the newest revision: what changed since is read again, the rest is taken over.</summary>
    internal async Task<CatalogIndex> AdvanceAsync(CatalogIndex index, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var head = await HeadAsync(db, cancellation);
        // A lower head is another database, or one restored from a backup.
        if (head < index.Revision)
            return CatalogIndex.Of(head, await LinesAsync(db, null, cancellation));
        var changed = await db.PolicyChanges.Where(c => c.Revision > index.Revision && c.Revision <= head && c.Kind == PolicyChangeKind.Published && c.ApiVersionId != null)
            .Select(c => c.ApiVersionId!.Value).Distinct().ToArrayAsync(cancellation);
        return changed.Length switch
        {
            0 => index.At(head),
            > MostLines => CatalogIndex.Of(head, await LinesAsync(db, null, cancellation)),
            _ => index.With(head, await LinesAsync(db, changed, cancellation), changed),
        };
    }

    /// <summary>Finds what changed without a policy revision, such as the title of a team, and reads that again.</summary>
    internal async Task<CatalogIndex> CompareAsync(CatalogIndex index, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var heads = (await Heads(db, null).ToListAsync(cancellation)).ToDictionary(l => l.Id);
        Guid[] changed =
        [
            .. heads.Values.Except(index.Lines).Select(l => l.Id),
            .. index.Lines.Where(l => !heads.ContainsKey(l.Id)).Select(l => l.Id),
        ];
        return changed.Length == 0 ? index : index.With(index.Revision, await LinesAsync(db, changed, cancellation), changed);
    }

    private static async Task<long> HeadAsync(MarketplaceDb db, CancellationToken cancellation) =>
        await db.PolicyHeads.Select(h => h.Revision).SingleAsync(cancellation);

    private static async Task<List<LineSource>> LinesAsync(MarketplaceDb db, Guid[]? only, CancellationToken cancellation)
    {
        var operations = new Dictionary<Guid, List<OperationSource>>();
        var rows = db.Operations.Where(o => o.RemovedIn == null && (only == null || only.Contains(o.ApiVersionId)))
            .OrderBy(o => o.ApiVersionId).ThenBy(o => o.Path).ThenBy(o => o.Method).ThenBy(o => o.BitIndex)
            .Select(o => new
            {
                o.ApiVersionId,
                Row = new OperationSource(
                    o.Id, o.Key, o.Method, o.Path, o.OperationId, o.Summary, o.Description.Substring(0, 800), o.Tags, o.Deprecated, o.NotEnforceable == null),
            });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
            (operations.TryGetValue(row.ApiVersionId, out var there) ? there : operations[row.ApiVersionId] = []).Add(row.Row);
        var descriptions = await db.ApiVersions.Where(v => only == null || only.Contains(v.Id))
            .SelectMany(v => db.SpecRevisions.Where(r => r.ApiVersionId == v.Id && r.Number == v.Revision).Select(r => new { v.Id, r.Description }))
            .ToDictionaryAsync(r => r.Id, r => r.Description, cancellation);
        var heads = await Heads(db, only).ToListAsync(cancellation);
        return heads.ConvertAll(h => new LineSource(h, descriptions.GetValueOrDefault(h.Id, ""), operations.GetValueOrDefault(h.Id, [])));
    }

    private static IQueryable<LineHead> Heads(MarketplaceDb db, Guid[]? only) =>
        db.ApiVersions.Where(v => only == null || only.Contains(v.Id)).Select(v => new LineHead(
            v.Id, v.Api!.Name, v.Api.Title, v.Api.Summary, v.Version, v.Lifecycle, v.Lifecycle != Lifecycle.Draft, v.Api.Classification,
            v.Api.TeamId, v.Api.Team!.Name, v.Api.Team.Title, v.BasePath, v.Revision));
}
