using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access;

/// <summary>Who uses a line: by application, by endpoint, grant by grant.</summary>
internal static class ConsumerPages
{
    private const int RowsShown = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/consumers", ShowAsync);
        pages.MapGet(ApiPages.Line + "/consumers/endpoints", ByEndpointAsync);
        pages.MapGet(ApiPages.Line + "/grants", GrantsAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? operation, string? environment, int? page,
        ConsumerReader consumers, CatalogReader catalog, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var filter = new ConsumerFilter(EmptyAsNull(operation), EmptyAsNull(environment));
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head
            || await consumers.CountsAsync(actor, api, version, cancellation) is not { } counts
            || await consumers.ListAsync(actor, api, version, filter, new PageRequest(page ?? 1, RowsShown), cancellation) is not { } rows)
            return Page.NotFound();
        return Page.Show<ConsumersPage, ConsumersModel>(
            new(head, counts, filter, rows, head.Api.IsMember || actor.ReadsEverything));
    }

    private static async Task<IResult> ByEndpointAsync(
        HttpContext context, string api, string version, int? page, ConsumerReader consumers, CatalogReader catalog, CancellationToken cancellation) =>
        await ApiPages.HeadAsync(context.Actor(), api, version, catalog, cancellation) is { } head
            && await consumers.OperationsAsync(context.Actor(), api, version, new PageRequest(page ?? 1, RowsShown), cancellation) is { } rows
            ? Page.Show<OperationUsePage, OperationUseModel>(new(head, rows))
            : Page.NotFound();

    private static async Task<IResult> GrantsAsync(
        HttpContext context, string api, string version, string? environment, bool? ended, int? page,
        GrantReader grants, CatalogReader catalog, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head || !(head.Api.IsMember || actor.ReadsEverything))
            return Page.NotFound();
        var filter = new GrantFilter(Api: api, Version: version, Environment: EmptyAsNull(environment), ActiveOnly: ended is not true);
        return Page.Show<ConsumerGrantsPage, ConsumerGrantsModel>(new(
            head, filter.Environment, ended is true, await grants.ListAsync(actor, filter, new PageRequest(page ?? 1, RowsShown), cancellation)));
    }

    private static string? EmptyAsNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <param name="NamesAll">The reader sees every application, not just those of the own teams.</param>
public sealed record ConsumersModel(
    ApiHead Head, ConsumerCounts Counts, ConsumerFilter Filter, Page<ConsumerRow> Rows, bool NamesAll)
{
    public string Url(int page) =>
        $"{Head.Url}/consumers?operation={Uri.EscapeDataString(Filter.Operation ?? "")}&environment={Uri.EscapeDataString(Filter.Environment ?? "")}&page={page}";
}

public sealed record OperationUseModel(ApiHead Head, Page<OperationUseRow> Rows);

public sealed record ConsumerGrantsModel(ApiHead Head, string? Environment, bool Ended, Page<GrantRow> Page)
{
    public string Url(int page) => $"{Head.Url}/grants?environment={Uri.EscapeDataString(Environment ?? "")}{(Ended ? "&ended=true" : "")}&page={page}";
}
