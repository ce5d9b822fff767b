using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Portal.Catalog;

/// <summary>Documents: publishing one, and reading those that were.</summary>
internal static class RevisionEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var line = rest.MapGroup("/apis/{api}/versions/{version}").WithTags("Catalog");
        line.MapPost("/revisions", PublishAsync).WithName("publishRevision")
            .WithSummary("Publish an OpenAPI document, sent as the body in JSON or YAML, or by its address as {\"url\": …}. The version is made when it is new. A document that breaks a published line is refused with the list (breaking_change).")
            .WithMetadata(new RequestSizeLimitAttribute(DocumentLimits.Default.MaxBytes + 1024), new DocumentBodyMetadata())
            .Produces<PublishedBody>(StatusCodes.Status201Created).Produces<PublishedBody>();
        line.MapGet("/revisions", ListAsync).WithName("listRevisions")
            .WithSummary("The documents published so far, newest first.").Produces<PageBody<RevisionBody>>();
        line.MapGet("/document", (string api, string version, bool? original, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
                DocumentAsync(api, version, null, original ?? false, catalog, context, cancellation)).WithName("getDocument")
            .WithSummary("The newest document as JSON; original=true for it as it was given.").Produces(StatusCodes.Status200OK, contentType: "application/json");
        line.MapGet("/document/derived", DerivedAsync).WithName("getDerivedDocument")
            .WithSummary("The newest document as YAML (format=yaml), cut down to what an application may call (application=…), or both.").Produces(StatusCodes.Status200OK, contentType: "application/json");
        line.MapGet("/revisions/{number:int}/document", (string api, string version, int number, bool? original, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
                DocumentAsync(api, version, number, original ?? false, catalog, context, cancellation)).WithName("getRevisionDocument")
            .WithSummary("A revision's document.").Produces(StatusCodes.Status200OK, contentType: "application/json");
    }

    private static async Task<IResult> PublishAsync(
        string api, string version, int? basedOn, bool? draft, string? overrideReason, PublishSpec publish, HttpContext context, CancellationToken cancellation)
    {
        var input = new PublishSpecInput(api, version, default, basedOn, draft ?? false, overrideReason);
        using var body = await DocumentBody.TakeAsync(context, await publish.RefusalsAsync(context.Actor(), input, cancellation), cancellation);
        if (!body.Document.Succeeded)
            return new ProblemResult(body.Document.Problems);
        var outcome = await publish.ExecuteAsync(context.Actor(), input with { Document = body.Document.Value }, cancellation);
        if (!outcome.Succeeded)
            return new ProblemResult(outcome.Problems);
        var done = Of(outcome.Value);
        return outcome.Value.Unchanged
            ? Answer.Json(done)
            : Answer.Created($"/apis/{api}/versions/{version}/revisions/{outcome.Value.Revision}/document", done);
    }

    private static async Task<IResult> ListAsync(
        string api, string version, int? page, int? limit, CatalogReader catalog, HttpContext context, CancellationToken cancellation) =>
        await catalog.RevisionsAsync(context.Actor(), api, version, Paged.From(page, limit), cancellation) is { } revisions
            ? Answer.Page(revisions, r => new RevisionBody(
                r.Number, r.Title, r.DocumentVersion, r.Openapi, StoredEnum.ToWord(r.Format), r.Sha256, r.Operations, r.PublishedAt, r.PublishedBy))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> DocumentAsync(
        string api, string version, int? number, bool original, CatalogReader catalog, HttpContext context, CancellationToken cancellation)
    {
        if (await catalog.DocumentAsync(context.Actor(), api, version, number, original, cancellation) is not { } document)
            return ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));
        var tag = new EntityTagHeaderValue($"\"{document.TagOf(original)}\"");
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        LifecycleHeaders.Write(context.Response, ApiUrl.Of(api, version), document.Facts);
        // RFC 9110 §13.1.2
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false)))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        return Results.Text(document.Text, document.Format is DocumentFormat.Json ? "application/json" : "application/yaml");
    }

    private static async Task<IResult> DerivedAsync(
        string api, string version, string? application, string? environment, string? format, CatalogReader catalog, GrantReader grants, HttpContext context,
        CancellationToken cancellation)
    {
        if (format is not (null or "json" or "yaml"))
            return new ProblemResult([new Problem(ProblemStatus.ParameterMalformed, "Choose json or yaml.", "format")]);
        if (await DerivedDocuments.ReadAsync(context.Actor(), api, version, application, environment, format == "yaml", catalog, grants, cancellation) is not { } document)
            return ProblemResult.NotFound($"There is no {api} {version} that you may see, or the application may call nothing of it as far as you see.");
        LifecycleHeaders.Write(context.Response, ApiUrl.Of(api, version), document.Facts);
        return Results.Text(document.Text, format == "yaml" ? "application/yaml" : "application/json");
    }

    private static PublishedBody Of(PublishedSpec done) => new(
        done.Api, done.Version, done.Revision, done.Unchanged, done.Operations, done.Added, done.Changed, done.Removed,
        [.. done.Warnings.Select(w => new ProblemError(w.Code, w.Message, w.Field))],
        done.Score is { } score ? new(score.Value, score.Errors, score.Warnings, score.Infos, score.Hints) : null);
}
