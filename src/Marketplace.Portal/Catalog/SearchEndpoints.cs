using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog;

/// <summary>Finding endpoints and APIs, and listing the endpoints of one line.</summary>
internal static class SearchEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var catalog = rest.MapGroup("").WithTags("Catalog");
        catalog.MapGet("/apis", ApisAsync).WithName("searchApis")
            .WithSummary("Find APIs by words; without q, all that you may see.").Produces<FoundPageBody<FoundApiBody>>();
        catalog.MapGet("/operations", OperationsAsync).WithName("searchOperations")
            .WithSummary("Find endpoints over all APIs by words, methods, tags and paths as they are called.").Produces<FoundPageBody<FoundOperationBody>>();
        catalog.MapGet("/apis/{api}/versions/{version}/operations", OfVersionAsync).WithName("listOperations")
            .WithSummary("The endpoints of one version.").Produces<PageBody<OperationBody>>();
    }

    private static async Task<IResult> ApisAsync(
        [AsParameters] Asked asked, int? page, int? limit, CatalogSearch search, HttpContext context, CancellationToken cancellation)
    {
        if (asked.Problems() is { Count: > 0 } problems)
            return new ProblemResult(problems);
        var found = await search.ApisAsync(context.Actor(), asked.Query(), Paged.From(page, limit), cancellation);
        return Answer.Ok(found, f => PageOf(f, asked, h => new FoundApiBody(
            h.Api, h.Title, h.Summary, h.Version, h.Team, StoredEnum.ToWord(h.Lifecycle), StoredEnum.ToWord(h.Classification), h.Operations)));
    }

    private static async Task<IResult> OperationsAsync(
        [AsParameters] Asked asked, int? page, int? limit, CatalogSearch search, HttpContext context, CancellationToken cancellation)
    {
        if (asked.Problems() is { Count: > 0 } problems)
            return new ProblemResult(problems);
        var found = await search.OperationsAsync(context.Actor(), asked.Query(), Paged.From(page, limit), cancellation);
        return Answer.Ok(found, f => PageOf(f, asked, h => new FoundOperationBody(
            h.Api, h.ApiTitle, h.Version, h.Team, StoredEnum.ToWord(h.Lifecycle), StoredEnum.ToWord(h.Classification),
            h.Key, h.Method, h.Path, h.Summary, h.Tags, h.Deprecated)));
    }

    private static FoundPageBody<TBody> PageOf<T, TBody>(SearchResult<T> found, Asked asked, Func<T, TBody> body) => new(
        [.. found.Hits.Items.Select(body)], found.Hits.Request.Number, found.Hits.Request.Size, found.Hits.Total, StoredEnum.ToWord(found.Accuracy),
        asked.Facets is true ? [.. found.Facets.Select(f => new FacetBody(f.Facet, f.Value, f.Count))] : null);

    private static async Task<IResult> OfVersionAsync(
        string api, string version, string? q, string? method, string? tag, int? page, int? limit,
        CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
        await catalog.OperationsAsync(
            context.Actor(), api, version, new OperationFilter(q, method?.ToUpperInvariant(), tag), Paged.From(page, limit), cancellation) is { } operations
            ? Answer.Page(operations, o => new OperationBody(o.Key, o.Method, o.Path, o.Summary, o.Tags, o.Deprecated, o.NotEnforceable))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    /// <summary>What may be asked of the catalog; each filter several times for "any of these".</summary>
    private sealed record Asked(string? Q, string[] Method, string[] Tag, string[] Team, string[] Lifecycle, string[] Classification, bool? Callable, bool? Owned, bool? Facets)
    {
        public SearchQuery Query() => new(
            Q, [.. Method.Select(m => m.ToUpperInvariant())], Tag, Team,
            [.. Lifecycle.Select(StoredEnum.FromWord<Lifecycle>)], [.. Classification.Select(StoredEnum.FromWord<Classification>)], Callable is true, Owned is true);

        public List<Problem> Problems() =>
        [
            .. Lifecycle.Where(word => !StoredEnum.TryFromWord<Lifecycle>(word, out _))
                .Select(_ => new Problem(ProblemStatus.ParameterMalformed, "Choose draft, published, deprecated or retired.", "lifecycle")),
            .. Classification.Where(word => !StoredEnum.TryFromWord<Classification>(word, out _))
                .Select(_ => new Problem(ProblemStatus.ParameterMalformed, "Choose public, internal, confidential or restricted.", "classification")),
        ];
    }
}
