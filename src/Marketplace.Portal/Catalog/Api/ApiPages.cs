using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Portal.Catalog.Api;

/// <summary>One line of an API: its endpoints, its document, its revisions.</summary>
internal static class ApiPages
{
    public const string Line = @"/apis/{api}/{version:regex(^v\d{{1,4}}$)}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/apis/{api}", ShowNewestAsync);
        pages.MapGet(Line, ShowEndpointsAsync);
        pages.MapGet(Line + "/document.json", (HttpContext context, string api, string version, int? revision, CatalogReader reader, CancellationToken cancellation) =>
            DownloadAsync(context, api, version, revision, original: false, reader, cancellation));
        pages.MapGet(Line + "/document.yaml", DerivedDocuments.DownloadAsync);
        pages.MapGet(Line + "/document/held.json", DerivedDocuments.DownloadAsync);
        pages.MapGet(Line + "/document/original", (HttpContext context, string api, string version, int? revision, CatalogReader reader, CancellationToken cancellation) =>
            DownloadAsync(context, api, version, revision, original: true, reader, cancellation));
        pages.MapGet(Line + "/revisions", ShowRevisionsAsync);
    }

    private static async Task<IResult> ShowNewestAsync(HttpContext context, string api, CatalogReader reader, CancellationToken cancellation)
    {
        if (await reader.FindApiAsync(context.Actor(), api, cancellation) is not { } found)
            return Page.NotFound();
        return found.Versions is [var newest, ..] ? Results.LocalRedirect(ApiUrl.Of(api, newest.Version)) : Page.Show<UnpublishedPage, ApiDetails>(found);
    }

    private static async Task<IResult> ShowEndpointsAsync(
        HttpContext context, string api, string version, string? q, string? method, string? tag, int? page, CatalogReader reader, CancellationToken cancellation)
    {
        var filter = new EndpointFilter(q?.Trim() ?? "", method ?? "", tag ?? "", page ?? 1);
        var rows = await reader.OperationsAsync(
            context.Actor(), api, version, new(filter.Text, filter.Method, filter.Tag), new(filter.Page, PageRequest.MaximumSize), cancellation);
        if (rows is null || await HeadAsync(context.Actor(), api, version, reader, cancellation) is not { } head)
            return Page.NotFound();
        var model = new EndpointsModel(head, filter, rows);
        context.Response.Headers.Vary = "HX-Request";
        return context.Request.WantsFragment() ? Page.Show<EndpointTable, EndpointsModel>(model) : Page.Show<EndpointsPage, EndpointsModel>(model);
    }

    private static async Task<IResult> ShowRevisionsAsync(
        HttpContext context, string api, string version, int? page, CatalogReader reader, CancellationToken cancellation) =>
        await reader.RevisionsAsync(context.Actor(), api, version, new(page ?? 1), cancellation) is { } rows
            && await HeadAsync(context.Actor(), api, version, reader, cancellation) is { } head
            ? Page.Show<RevisionsPage, RevisionsModel>(new(head, rows))
            : Page.NotFound();

    private static async Task<IResult> DownloadAsync(
        HttpContext context, string api, string version, int? revision, bool original, CatalogReader reader, CancellationToken cancellation)
    {
        if (await reader.DocumentAsync(context.Actor(), api, version, revision, original, cancellation) is not { } document)
            return Page.NotFound();
        var (type, extension) = document.Format is DocumentFormat.Json ? ("application/json", "json") : ("application/yaml", "yaml");
        context.Response.Headers.CacheControl = "private, no-cache";
        LifecycleHeaders.Write(context.Response, ApiUrl.Of(api, version), document.Facts);
        return Results.File(
            Encoding.UTF8.GetBytes(document.Text),
            type,
            // Read by the document page as it is; what a publisher wrote is only ever saved.
            original ? $"{api}-{version}-{document.Number}.{extension}" : null,
            entityTag: new EntityTagHeaderValue($"\"{document.TagOf(original)}\""));
    }

    /// <summary>Addresses that name no version lead to the newest that the reader sees.</summary>
    public static async Task<IResult> ToNewestAsync(HttpContext context, string api, string rest, CatalogReader reader, CancellationToken cancellation) =>
        await reader.FindApiAsync(context.Actor(), api, cancellation) is { Versions: [var newest, ..] }
            ? Results.LocalRedirect(ApiUrl.Of(api, newest.Version) + rest)
            : Page.NotFound();

    public static async Task<ApiHead?> HeadAsync(Actor actor, string api, string version, CatalogReader reader, CancellationToken cancellation)
    {
        // Each says by itself what the actor may see.
        var (found, line) = (reader.FindApiAsync(actor, api, cancellation), reader.FindVersionAsync(actor, api, version, cancellation));
        await Task.WhenAll(found, line);
        return await found is { } it && await line is { } itsLine ? new(it, itsLine) : null;
    }
}
