using System.Collections.Concurrent;
using Marketplace.Core.Catalog.Search.Feed;
using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Catalog.Search.Match;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search;

/// <summary>
/// Finds endpoints and APIs, with facets, in an index in memory, and has the database confirm what it is about to
/// answer. A search sees everything that was published before it began, on every replica.
/// </summary>
public sealed class CatalogSearch(IDbContextFactory<MarketplaceDb> databases, CatalogIndexKeeper keeper, TimeProvider clock)
{
    public const string NotReady = "search_not_ready";
    private const int MostAttempts = 4;

    private readonly ConcurrentBag<SearchScratch> _scratch = [];

    // The teams that each person was last seen in: a guess, which the database confirms or corrects before anything is answered.
    private readonly ConcurrentDictionary<Guid, List<Guid>> _teams = new();

    public Task<Outcome<SearchResult<OperationHit>>> OperationsAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation) =>
        SearchAsync(actor, query, page, lines: false, (index, found) => new SearchResult<OperationHit>(
            new([.. found.Operations.Select(index.OperationHit)], found.OperationTotal, page), found.Facets, found.LineTotal, found.Accuracy), cancellation);

    public Task<Outcome<SearchResult<ApiHit>>> ApisAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation) =>
        SearchAsync(actor, query, page, lines: true, (index, found) => new SearchResult<ApiHit>(
            new([.. found.Lines.Select(index.ApiHit)], found.LineTotal, page), found.Facets, found.OperationTotal, found.Accuracy), cancellation);

    private async Task<Outcome<SearchResult<T>>> SearchAsync<T>(
        Actor actor, SearchQuery query, PageRequest page, bool lines, Func<CatalogIndex, Found, SearchResult<T>> result, CancellationToken cancellation)
    {
        var index = keeper.Current ?? await keeper.SoonAsync(0, cancellation);
        if (index is null)
            return new Problem(NotReady, "Search is starting: the catalog is being read. Try again in a few seconds.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var granted = query.Callable ? await SearchFacts.GrantedAsync(db, actor, clock.GetUtcNow(), cancellation) : null;
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var teams = _teams.GetValueOrDefault(actor.Id) ?? [];
            var found = Find(index, new(actor.ReadsEverything, teams, granted), query, page, lines);
            var shown = found.Lines.Concat(found.Operations.Select(index.OrdinalAt)).Distinct().Select(ordinal => index.Lines[ordinal].Id).ToArray();
            var facts = await SearchFacts.ReadAsync(db, actor, shown, cancellation);
            var (older, sameTeams) = (index.Revision < facts.Revision, facts.Teams.SequenceEqual(teams));
            // Once it was brought up to date, what is published meanwhile is for the next search.
            if (sameTeams && facts.Lines == shown.Length && (!older || attempt > 1))
                return result(index, found);
            _teams[actor.Id] = facts.Teams;
            if (older)
                await keeper.SoonAsync(facts.Revision, cancellation);
            else if (sameTeams)
                // Something changed that no policy revision told of.
                await keeper.CompareAsync(cancellation);
            index = keeper.Current!;
        }
        return new Problem(NotReady, "The catalog is changing faster than it can be read. Try again in a few seconds.");
    }

    private Found Find(CatalogIndex index, SearchReader reader, SearchQuery query, PageRequest page, bool lines)
    {
        if (!_scratch.TryTake(out var scratch))
            scratch = new();
        try
        {
            return new IndexSearch(index, reader, query, scratch).Run(Question.Of(query.Text), lines, page.Skip, page.Size);
        }
        finally
        {
            _scratch.Add(scratch);
        }
    }
}
