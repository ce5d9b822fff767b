using Marketplace.Core.Access;
using Marketplace.Core.Access.Map;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Map;

/// <summary>Who may call whom: a picture to walk through, and its table. The same component is the page's part and htmx's fragment.</summary>
internal static class MapPages
{
    private const int GrantsShown = 25;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/map", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext context, MapReader maps, GrantReader grants, CancellationToken cancellation)
    {
        var (actor, filter) = (context.Actor(), MapFilter.Read(context.Request.Query));
        context.Response.Headers.Vary = "HX-Request";
        var view = await maps.ReadAsync(actor, filter.ToQuery(), cancellation);
        if (view is null)
            return Page.NotFound();
        var found = filter.Text.Length == 0 ? null : await maps.FindAsync(actor, filter.Text, cancellation);
        var chosen = filter.ToGrants() is { } wanted ? await grants.ListAsync(actor, wanted, new(filter.GrantPage, GrantsShown), cancellation) : null;
        var model = new MapModel(filter, view, MapLayout.Of(view), found, chosen);
        if (!context.Request.WantsFragment())
            return Page.Show<MapPage, MapModel>(model);
        context.Response.Headers["HX-Push-Url"] = filter.Url();
        return Page.Show<MapBoard, MapModel>(model);
    }
}

/// <param name="Found">What could be started from; null where nothing is looked for.</param>
/// <param name="Grants">Those of the chosen connection that the reader may see.</param>
public sealed record MapModel(MapFilter Filter, MapView View, MapLayout Layout, IReadOnlyList<MapEntity>? Found, Page<GrantRow>? Grants);
