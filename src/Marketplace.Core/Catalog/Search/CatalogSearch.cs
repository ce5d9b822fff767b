using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Catalog.Search;

/// <summary>Finds endpoints and APIs by their words, with facets, cut into pages by the database.</summary>
public sealed class CatalogSearch(IDbContextFactory<MarketplaceDb> databases)
{
    public async Task<SearchResult<OperationHit>> OperationsAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var facets = await FacetsAsync(db, SearchSql.OperationFacets, actor, query, page, cancellation);
        var rows = await db.Database.SqlQueryRaw<OperationRowSql>(SearchSql.OperationHits, Parameters(actor, query, page)).ToListAsync(cancellation);
        var hits = rows.ConvertAll(r => new OperationHit(
            r.Api, r.ApiTitle, r.Version, StoredEnum.FromWord<Lifecycle>(r.Lifecycle), StoredEnum.FromWord<Classification>(r.Classification),
            r.Team, r.TeamTitle, r.Key, r.Method, r.Path, r.Summary, r.Tags, r.Deprecated, r.Requestable));
        return Result(hits, facets, page);
    }

    public async Task<SearchResult<ApiHit>> ApisAsync(Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var facets = await FacetsAsync(db, SearchSql.ApiFacets, actor, query, page, cancellation);
        var rows = await db.Database.SqlQueryRaw<ApiRowSql>(SearchSql.ApiHits, Parameters(actor, query, page)).ToListAsync(cancellation);
        var hits = rows.ConvertAll(r => new ApiHit(
            r.Api, r.Title, r.Summary, r.Version, StoredEnum.FromWord<Lifecycle>(r.Lifecycle), StoredEnum.FromWord<Classification>(r.Classification),
            r.Team, r.TeamTitle, r.Operations));
        return Result(hits, facets, page);
    }

    private static Task<List<FacetValue>> FacetsAsync(
        MarketplaceDb db, string sql, Actor actor, SearchQuery query, PageRequest page, CancellationToken cancellation) =>
        db.Database.SqlQueryRaw<FacetValue>(sql, Parameters(actor, query, page)).ToListAsync(cancellation);

    private static SearchResult<T> Result<T>(List<T> hits, List<FacetValue> facets, PageRequest page)
    {
        var total = facets.Single(f => f.Facet == "total").Count;
        return new(new Page<T>(hits, total, page), [.. facets.Where(f => f.Facet != "total")]);
    }

    private static object[] Parameters(Actor actor, SearchQuery query, PageRequest page) =>
    [
        new NpgsqlParameter("everything", actor.ReadsEverything),
        new NpgsqlParameter("me", actor.Id),
        Words("words", SearchWords.Of(query.Text)),
        Words("methods", query.Methods),
        Words("tags", query.Tags),
        Words("teams", query.Teams),
        Words("lifecycles", query.Lifecycles?.Select(StoredEnum.ToWord)),
        Words("classifications", query.Classifications?.Select(StoredEnum.ToWord)),
        new NpgsqlParameter("skip", page.Skip),
        new NpgsqlParameter("take", page.Size),
    ];

    private static NpgsqlParameter Words(string name, IEnumerable<string>? words) =>
        new(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = words?.ToArray() ?? [] };

    private sealed record OperationRowSql(
        string Api, string ApiTitle, string Version, string Lifecycle, string Classification, string Team, string TeamTitle,
        string Key, string Method, string Path, string Summary, string[] Tags, bool Deprecated, bool Requestable);

    private sealed record ApiRowSql(
        string Api, string Title, string Summary, string Version, string Lifecycle, string Classification, string Team, string TeamTitle, int Operations);
}
