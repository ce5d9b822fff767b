using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Usage;

/// <summary>Calls, refusals and latency out of the ordinary: of all that one may see, and of one line with what was expected.</summary>
internal static class AnomalyPages
{
    private const int RowsShown = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/anomalies", ListAsync);
        pages.MapGet(ApiPages.Line + "/anomalies", ShowAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, int? page, AnomalyReader anomalies, CancellationToken cancellation) =>
        Page.Show<AnomaliesPage, AnomaliesModel>(new(await anomalies.ListAsync(context.Actor(), new PageRequest(page ?? 1, RowsShown), cancellation)));

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? environment, string? application, AnomalyReader anomalies, CatalogReader catalog, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head)
            return Page.NotFound();
        var environments = head.Audiences.Select(audience => audience.Key).ToList();
        var chosen = environments.Find(known => known == environment) ?? environments.Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
        var client = string.IsNullOrEmpty(application) ? null : application;
        return await anomalies.OfLineAsync(actor, api, version, chosen, client, cancellation) is { } found
            ? Page.Show<LineAnomaliesPage, LineAnomaliesModel>(new(head, chosen, client, found))
            : Page.NotFound();
    }
}

public sealed record AnomaliesModel(Page<AnomalyRow> Rows);

/// <param name="Application">Client id of the one whose calls are shown; null for all calls.</param>
public sealed record LineAnomaliesModel(ApiHead Head, string Environment, string? Application, LineAnomalies Found)
{
    public string Url(string environment) =>
        $"{Head.Url}/anomalies?environment={Uri.EscapeDataString(environment)}{(Application is null ? "" : $"&application={Uri.EscapeDataString(Application)}")}";
}
