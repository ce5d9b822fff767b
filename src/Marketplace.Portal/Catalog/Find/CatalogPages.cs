using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Find;

/// <summary>Search over endpoints and APIs. The same component is the page's part and htmx's fragment.</summary>
internal static class CatalogPages
{
    private const int Size = 30;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/catalog", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext context, CatalogSearch search, CancellationToken cancellation)
    {
        var filter = CatalogFilter.Read(context.Request.Query);
        var (actor, query, page) = (context.Actor(), filter.ToQuery(), new PageRequest(filter.Page, Size));
        var counts = new PageRequest(1, 1);
        var apis = await search.ApisAsync(actor, query, filter.Apis ? page : counts, cancellation);
        var operations = await search.OperationsAsync(actor, query, filter.Apis ? counts : page, cancellation);
        var model = new CatalogModel(filter, apis, operations);
        context.Response.Headers.Vary = "HX-Request";
        if (!context.Request.WantsFragment())
            return Page.Show<CatalogPage, CatalogModel>(model);
        context.Response.Headers["HX-Push-Url"] = filter.Url();
        return Page.Show<CatalogResults, CatalogModel>(model);
    }
}

public sealed record CatalogModel(CatalogFilter Filter, SearchResult<ApiHit> Apis, SearchResult<OperationHit> Operations)
{
    public IReadOnlyList<FacetValue> Facets => Filter.Apis ? Apis.Facets : Operations.Facets;

    public int Total => Filter.Apis ? Apis.Hits.Total : Operations.Hits.Total;

    public PageRequest Request => Filter.Apis ? Apis.Hits.Request : Operations.Hits.Request;
}
