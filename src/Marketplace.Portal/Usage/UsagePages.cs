using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Usage.Calls;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Usage;

/// <summary>What is really called: of a line or one of its endpoints, and by an application.</summary>
internal static class UsagePages
{
    private const int RowsShown = 20;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/usage", ShowLineAsync);
        pages.MapGet("/applications/{clientId}/usage", ShowApplicationAsync);
    }

    private static async Task<IResult> ShowLineAsync(
        HttpContext context, string api, string version, string? environment, string? over, string? operation, int? page, CallReader calls, CatalogReader catalog,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (CallRange.Find(over) is not { } range || await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head)
            return Page.NotFound();
        var environments = head.Audiences.Select(audience => audience.Key).ToList();
        var chosen = environments.Find(known => known == environment) ?? environments.Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
        if (await calls.OfLineAsync(actor, api, version, chosen, operation, range, cancellation) is not { } report)
            return Page.NotFound();
        var endpoint = operation is null ? null : await catalog.OperationAsync(actor, api, version, operation, cancellation);
        var forgotten = operation is null && report is { SeesAll: true, IsTold: true }
            ? await calls.ForgottenAsync(actor, api, version, chosen, new PageRequest(page ?? 1, RowsShown), cancellation)
            : null;
        return Page.Show<LineUsagePage, LineUsageModel>(new(head, chosen, report, endpoint, forgotten));
    }

    private static async Task<IResult> ShowApplicationAsync(
        HttpContext context, string clientId, string? over, CallReader calls, ApplicationReader applications, CancellationToken cancellation)
    {
        var actor = context.Actor();
        return CallRange.Find(over) is { } range
            && await applications.FindAsync(actor, clientId, cancellation) is { } application
            && await calls.OfApplicationAsync(actor, clientId, range, cancellation) is { } report
            ? Page.Show<ApplicationUsagePage, ApplicationUsageModel>(new(application, report))
            : Page.NotFound();
    }
}

/// <param name="Endpoint">The one that is looked at; null for the whole line.</param>
public sealed record LineUsageModel(ApiHead Head, string Environment, CallReport Report, OperationRow? Endpoint, ForgottenOperations? Forgotten)
{
    public string Url(CallRange? range = null, string? operation = null, int page = 1) =>
        UsageUrl.OfLine(Head.Url, Environment, range ?? Report.Range, operation ?? Endpoint?.Key, page: page);
}

public sealed record ApplicationUsageModel(ApplicationDetails Application, CallReport Report);
