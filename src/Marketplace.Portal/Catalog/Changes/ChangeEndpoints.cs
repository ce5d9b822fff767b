using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>What a change breaks, for whom: the gate of a pipeline, two revisions, the changelog and its feed.</summary>
internal static class ChangeEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var api = rest.MapGroup("/apis/{api}").WithTags("Changes");
        api.MapPost("/versions/{version}/compare", JudgeAsync).WithName("compareCandidate")
            .WithSummary("Judge a document as publishing it on this line would, and store nothing: what changes, what breaks, and who holds a grant for it.")
            .WithMetadata(new RequestSizeLimitAttribute(DocumentLimits.Default.MaxBytes + 1024), new DocumentBodyMetadata())
            .Produces<ComparisonBody>();
        api.MapGet("/compare", CompareAsync).WithName("compareRevisions")
            .WithSummary("Compare two revisions of an API, of one line or of two.").Produces<ComparisonBody>();
        api.MapGet("/changelog", ChangelogAsync).WithName("getChangelog")
            .WithSummary("All revisions of all lines, newest first, with what each changed.").Produces<PageBody<ChangelogEntryBody>>();
        api.MapGet("/changelog.atom", FeedAsync).WithName("getChangelogFeed")
            .WithSummary("The same as an Atom feed (RFC 4287).").Produces(StatusCodes.Status200OK, contentType: AtomFeed.ContentType);
    }

    private static async Task<IResult> JudgeAsync(
        string api, string version, CompareSpec compare, HttpContext context, CancellationToken cancellation)
    {
        using var body = await DocumentBody.TakeAsync(context, await compare.RefusalsAsync(context.Actor(), api, version, cancellation), cancellation);
        if (!body.Document.Succeeded)
            return new ProblemResult(body.Document.Problems);
        return Answer.Ok(await compare.ExecuteAsync(context.Actor(), api, version, body.Document.Value, cancellation), c => ChangeBodies.Of(
            c.Api, c.Revision == 0 ? null : new RevisionName(c.Version, c.Revision).ToString(), "candidate",
            c.Effect?.Changes ?? DocumentChanges.None, c.Effect?.Impact ?? Impact.None, c.NextLine));
    }

    private static async Task<IResult> CompareAsync(
        string api, string? from, string? to, CompareRevisions compare, HttpContext context, CancellationToken cancellation)
    {
        if (RevisionName.Parse(from) is not { } earlier)
            return new ProblemResult([Unnamed("from")]);
        if (RevisionName.Parse(to) is not { } later)
            return new ProblemResult([Unnamed("to")]);
        return Answer.Ok(
            await compare.ExecuteAsync(context.Actor(), api, earlier, later, cancellation),
            c => ChangeBodies.Of(api, c.From.Name.ToString(), c.To.Name.ToString(), c.Changes, c.Impact, null));
    }

    private static async Task<IResult> ChangelogAsync(
        string api, int? page, int? limit, ChangelogReader changelog, HttpContext context, CancellationToken cancellation) =>
        await changelog.ReadAsync(context.Actor(), api, Paged.From(page, limit), cancellation) is { } found
            ? Answer.Page(found.Entries, ChangeBodies.Of)
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api));

    private static async Task<IResult> FeedAsync(string api, ChangelogReader changelog, HttpContext context, CancellationToken cancellation) =>
        await changelog.ReadAsync(context.Actor(), api, new(1, AtomFeed.Entries), cancellation) is { } found
            ? AtomFeed.Answer(context, found)
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api));

    private static Problem Unnamed(string field) => new("revision_invalid", "Name a revision as v1.3, or a line as v1 for its newest.", field);
}
