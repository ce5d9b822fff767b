using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Enforcement;

/// <summary>Where a line's policy is enforced, and how far its changes have got; the page keeps itself up to date.</summary>
internal static class EnforcementPages
{
    private const int RowsShown = 50;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet(ApiPages.Line + "/enforcement", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? environment, int? page, DataPlaneReader dataPlanes, CatalogReader catalog,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head)
            return Page.NotFound();
        var chosen = Chosen(head, environment);
        return await dataPlanes.ListAsync(actor, api, version, chosen, new PageRequest(page ?? 1, RowsShown), cancellation) is { } rows
            && await dataPlanes.ChangesAsync(actor, api, version, chosen, cancellation) is { } changes
            ? Page.Show<EnforcementPage, EnforcementModel>(new(head, chosen, rows, changes))
            : Page.NotFound();
    }

    /// <summary>The environment asked for, else the first.</summary>
    public static string Chosen(ApiHead head, string? environment)
    {
        var environments = head.Audiences.Select(audience => audience.Key).ToList();
        return environments.Find(known => known == environment) ?? environments.Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
    }

    public static string Url(ApiHead head, string environment) => $"{head.Url}/enforcement?environment={Uri.EscapeDataString(environment)}";
}

public sealed record EnforcementModel(ApiHead Head, string Environment, Page<DataPlaneRow> DataPlanes, IReadOnlyList<ChangeReach> Changes)
{
    public string Url(int page) => $"{Head.Url}/enforcement?environment={Uri.EscapeDataString(Environment)}&page={page}";
}
