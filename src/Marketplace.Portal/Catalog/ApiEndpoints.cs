using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog;

/// <summary>APIs and their lines.</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var apis = rest.MapGroup("/apis").WithTags("Catalog");
        apis.MapPost("", CreateAsync).WithName("createApi")
            .WithSummary("Make an API of a team that you own.").Produces<ApiBody>(StatusCodes.Status201Created);
        apis.MapGet("/{api}", GetAsync).WithName("getApi").WithSummary("An API and its versions.").Produces<ApiBody>();
        apis.MapPut("/{api}", ChangeAsync).WithName("changeApi").WithSummary("Say better what an API is.").Produces<ApiBody>();
        apis.MapGet("/{api}/versions", VersionsAsync).WithName("listVersions")
            .WithSummary("The versions of an API, newest first.").Produces<PageBody<VersionSummaryBody>>();
        apis.MapGet("/{api}/versions/{version}", VersionAsync).WithName("getVersion")
            .WithSummary("A version: lifecycle, audiences, newest revision.").Produces<VersionBody>();
        apis.MapPut("/{api}/versions/{version}", ChangeVersionAsync).WithName("changeVersion")
            .WithSummary("Move a version through its lifecycle, or correct where it is served.").Produces<VersionBody>();
    }

    internal static string Unknown(string api) => $"There is no API {api} that you may see.";

    internal static string Unknown(string api, string version) => $"There is no {api} {version} that you may see.";

    private static async Task<IResult> CreateAsync(
        JsonBody<NewApiBody> body, CreateApi create, CatalogReader catalog, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        if (!StoredEnum.TryFromWord<Classification>(asked.Classification, out var classification))
            return UnknownClassification();
        var made = await create.ExecuteAsync(context.Actor(), new(asked.Team, asked.Name, asked.Title, asked.Summary, classification), cancellation);
        if (!made.Succeeded)
            return new ProblemResult(made.Problems);
        return Answer.Created($"/apis/{made.Value.Name}", Of((await catalog.FindApiAsync(context.Actor(), made.Value.Name, cancellation))!));
    }

    private static async Task<IResult> GetAsync(string api, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await catalog.FindApiAsync(context.Actor(), api, cancellation), Unknown(api), Of);

    private static async Task<IResult> ChangeAsync(
        string api, JsonBody<ApiChangeBody> body, ChangeApi change, CatalogReader catalog, HttpContext context, CancellationToken cancellation)
    {
        if (!StoredEnum.TryFromWord<Classification>(body.Value.Classification, out var classification))
            return UnknownClassification();
        var changed = await change.ExecuteAsync(context.Actor(), new(api, body.Value.Title, body.Value.Summary, classification, body.Value.Contacts is { } c ? new(c.Channel, c.Email, c.Url) : null), cancellation);
        return changed.Succeeded ? await GetAsync(api, catalog, context, cancellation) : new ProblemResult(changed.Problems);
    }

    private static async Task<IResult> VersionsAsync(string api, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await catalog.FindApiAsync(context.Actor(), api, cancellation), Unknown(api),
            found => new PageBody<VersionSummaryBody>([.. found.Versions.Select(Of)], 1, Math.Max(1, found.Versions.Count), found.Versions.Count));

    private static async Task<IResult> VersionAsync(
        string api, string version, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await catalog.FindVersionAsync(context.Actor(), api, version, cancellation), Unknown(api, version),
            v => new VersionBody(
                v.Version, StoredEnum.ToWord(v.Lifecycle), v.SunsetAt, v.BasePath, v.Audiences, v.Operations, v.Revision,
                v.DocumentVersion, v.Openapi, v.PublishedAt, v.PublishedBy, v.Tags, v.DeprecatedAt, v.RetiredAt,
                v.Successor is { } next ? new LineBody(next.Api, next.Version) : null, v.IsOverdue, v.Servers));

    private static async Task<IResult> ChangeVersionAsync(
        string api, string version, JsonBody<VersionChangeBody> body, ChangeVersion change, CatalogReader catalog, HttpContext context,
        CancellationToken cancellation)
    {
        var asked = body.Value;
        if (!StoredEnum.TryFromWord<Lifecycle>(asked.Lifecycle, out var lifecycle))
            return new ProblemResult([new Problem("lifecycle_unknown", "Choose draft, published, deprecated or retired.", "lifecycle")]);
        var changed = await change.ExecuteAsync(
            context.Actor(), new(
                api, version, lifecycle, asked.SunsetAt, asked.BasePath, asked.Audiences,
                asked.Successor is { } next ? new(next.Api, next.Version) : null, asked.Reason, asked.Servers),
            cancellation);
        return changed.Succeeded ? await VersionAsync(api, version, catalog, context, cancellation) : new ProblemResult(changed.Problems);
    }

    private static ProblemResult UnknownClassification() =>
        new([new Problem("classification_unknown", "Choose public, internal, confidential or restricted.", "classification")]);

    private static ApiBody Of(ApiDetails api) => new(
        api.Name, api.Title, api.Summary, StoredEnum.ToWord(api.Classification), api.Team, api.Owners, [.. api.Versions.Select(Of)],
        new(api.Contacts.Channel, api.Contacts.Email, api.Contacts.Url), api.Following.Stars);

    private static VersionSummaryBody Of(VersionRow row) => new(row.Version, StoredEnum.ToWord(row.Lifecycle), row.SunsetAt, row.Operations);
}
