using Marketplace.Core;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Catalog.Find;

/// <param name="Apis">What was found when APIs are looked for.</param>
/// <param name="Operations">What was found when endpoints are looked for.</param>
/// <param name="NotReady">Why nothing can be found yet; null when it can.</param>
public sealed record CatalogModel(CatalogFilter Filter, SearchResult<ApiHit>? Apis, SearchResult<OperationHit>? Operations, string? NotReady)
{
    public static CatalogModel Of(CatalogFilter filter, Outcome<SearchResult<ApiHit>> found) =>
        new(filter, found.Value, null, found.Succeeded ? null : found.Problems[0].Message);

    public static CatalogModel Of(CatalogFilter filter, Outcome<SearchResult<OperationHit>> found) =>
        new(filter, null, found.Value, found.Succeeded ? null : found.Problems[0].Message);

    public IReadOnlyList<FacetValue> Facets => Apis?.Facets ?? Operations?.Facets ?? [];

    public int Total => Apis?.Hits.Total ?? Operations?.Hits.Total ?? 0;

    /// <summary>Of the kind that is not shown.</summary>
    public int OtherTotal => Apis?.Others ?? Operations?.Others ?? 0;

    public Accuracy Accuracy => Apis?.Accuracy ?? Operations?.Accuracy ?? Accuracy.EveryWord;

    public PageRequest Request => Apis?.Hits.Request ?? Operations?.Hits.Request ?? new();
}
