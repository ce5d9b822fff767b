using System.Collections.Concurrent;
using Marketplace.Core.Catalog.Search.Feed;
using Marketplace.Core.Catalog.Search.Match;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search;

/// <summary>
/// Finds endpoints and APIs, with facets: an index in memory says which and in what order, the database says who asks
/// and what the hits are. A search sees everything that was published before it began, on every replica.
/// </summary>
public sealed class CatalogSearch(IDbContextFactory<MarketplaceDb> databases, CatalogIndexKeeper keeper, TimeProvider clock)
{
    public const string NotReady = "search_not_ready";

    private readonly ConcurrentBag<SearchScratch> _scratch = [];

    public Task<Outcome<SearchResult<OperationHit>>> OperationsAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation) =>
        SearchAsync(
            actor, query, page, lines: false, SearchRows.OperationsAsync,
            (hits, found) => new SearchResult<OperationHit>(new(hits, found.OperationTotal, page), found.Facets, found.LineTotal, found.Accuracy), cancellation);

    public Task<Outcome<SearchResult<ApiHit>>> ApisAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation) =>
        SearchAsync(
            actor, query, page, lines: true, SearchRows.ApisAsync,
            (hits, found) => new SearchResult<ApiHit>(new(hits, found.LineTotal, page), found.Facets, found.OperationTotal, found.Accuracy), cancellation);

    private async Task<Outcome<SearchResult<T>>> SearchAsync<T>(
        Actor actor, SearchQuery query, PageRequest page, bool lines, Func<MarketplaceDb, Actor, Guid[], CancellationToken, Task<List<T>>> read,
        Func<List<T>, Found, SearchResult<T>> result, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(db, actor, query, page, lines, cancellation) is not var (found, ids))
                return new Problem(NotReady, "Search is starting: the catalog is being read. Try again in a few seconds.");
            var hits = ids.Length == 0 ? [] : await read(db, actor, ids, cancellation);
            if (hits.Count == ids.Length || attempt == 2)
                return result(hits, found);
            // The database does not show this reader what the index found: something changed that no policy revision told of.
            await keeper.CompareAsync(cancellation);
        }
    }

    private async Task<(Found Found, Guid[] Ids)?> FindAsync(
        MarketplaceDb db, Actor actor, SearchQuery query, PageRequest page, bool lines, CancellationToken cancellation)
    {
        var (revision, reader) = await SearchRows.ReaderAsync(db, actor, query, clock.GetUtcNow(), cancellation);
        if (await keeper.SoonAsync(revision, cancellation) is not { } index)
            return null;
        if (!_scratch.TryTake(out var scratch))
            scratch = new();
        try
        {
            var found = new IndexSearch(index, reader, query, scratch).Run(Question.Of(query.Text), lines, page.Skip, page.Size);
            var ids = lines
                ? found.Lines.Select(ordinal => index.Lines[ordinal].Id)
                : found.Operations.Select(position => index.OperationAt(position) is var (segment, operation) ? segment.Ids[operation] : default);
            return (found, ids.ToArray());
        }
        finally
        {
            _scratch.Add(scratch);
        }
    }
}
