using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Discovery;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Discovery;

/// <summary>Where a line runs, kept up to date by itself, and what the control plane refused.</summary>
internal static class DiscoveryPages
{
    internal const string NotYours = "Only administrators, security officers and auditors see what the control plane refused.";
    private const int RowsShown = 50;

    public static string Url(ApiHead head, string environment) => $"{head.Url}/instances?environment={Uri.EscapeDataString(environment)}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/instances", ShowAsync);
        pages.MapGet("/refusals", RefusalsAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? environment, int? page, InstanceReader instances, CatalogReader catalog, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head)
            return Page.NotFound();
        var environments = head.Audiences.Select(audience => audience.Key).ToList();
        var chosen = environments.Find(known => known == environment) ?? environments.Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
        return await instances.ListAsync(actor, api, version, chosen, new PageRequest(page ?? 1, RowsShown), cancellation) is { } rows
            ? Page.Show<InstancesPage, InstancesModel>(new(head, chosen, rows))
            : Page.NotFound();
    }

    private static async Task<IResult> RefusalsAsync(HttpContext context, int? page, RefusalReader refusals, CancellationToken cancellation) =>
        await refusals.ListAsync(context.Actor(), new PageRequest(page ?? 1, RowsShown), cancellation) is { } rows
            ? Page.Show<RefusalsPage, RefusalsModel>(new(rows))
            : Page.Forbidden(NotYours);
}

public sealed record InstancesModel(ApiHead Head, string Environment, Page<InstanceRow> Instances)
{
    public string Url(int page) => $"{DiscoveryPages.Url(Head, Environment)}&page={page}";
}

public sealed record RefusalsModel(Page<ControlRefusalRow> Refusals);
