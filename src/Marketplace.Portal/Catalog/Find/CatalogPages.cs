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

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/catalog", ShowAsync);
        pages.MapGet("/catalog/palette", PaletteAsync);
    }

    /// <summary>The few best, for somebody who knows what they want to open.</summary>
    private static async Task<IResult> PaletteAsync(HttpContext context, CatalogSearch search, CancellationToken cancellation)
    {
        var filter = CatalogFilter.Read(context.Request.Query);
        if (filter.Text.Length == 0)
            return Page.Show<PaletteResults, PaletteModel>(PaletteModel.Empty);
        var (actor, query) = (context.Actor(), new SearchQuery(filter.Text));
        return Page.Show<PaletteResults, PaletteModel>(PaletteModel.Of(
            filter.Text,
            await search.OperationsAsync(actor, query, new(1, 7), cancellation),
            await search.ApisAsync(actor, query, new(1, 3), cancellation)));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, CatalogSearch search, CancellationToken cancellation)
    {
        var filter = CatalogFilter.Read(context.Request.Query);
        var (actor, query, page) = (context.Actor(), filter.ToQuery(), new PageRequest(filter.Page, Size));
        var model = filter.Apis
            ? CatalogModel.Of(filter, await search.ApisAsync(actor, query, page, cancellation))
            : CatalogModel.Of(filter, await search.OperationsAsync(actor, query, page, cancellation));
        context.Response.Headers.Vary = "HX-Request";
        if (!context.Request.WantsFragment())
            return Page.Show<CatalogPage, CatalogModel>(model);
        context.Response.Headers["HX-Push-Url"] = filter.Url();
        return Page.Show<CatalogResults, CatalogModel>(model);
    }
}
