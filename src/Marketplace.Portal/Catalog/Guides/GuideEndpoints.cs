using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Guides;

internal static class GuideEndpoints
{
    /// <summary>The longest guide in JSON, where a character may take six bytes.</summary>
    private const long LargestBody = WriteGuide.MaximumMarkdown * 6L + 4096;

    public static void Map(IEndpointRouteBuilder rest)
    {
        var guides = rest.MapGroup("/apis/{api}/guides").WithTags("Guides");
        guides.MapGet("", ListAsync).WithName("listGuides").WithSummary("The guides of an API, in their order.").Produces<PageBody<GuideSummaryBody>>();
        guides.MapPost("", AddAsync).WithName("addGuide").WithSummary("Write another guide. For the API's team.")
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody)).Produces<GuideBody>(StatusCodes.Status201Created);
        guides.MapGet("/{slug}", GetAsync).WithName("getGuide").WithSummary("A guide, in markdown.").Produces<GuideBody>();
        guides.MapPut("/{slug}", ChangeAsync).WithName("changeGuide").WithSummary("Write a guide again.")
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody)).Produces<GuideBody>();
        guides.MapPut("/{slug}/position", MoveAsync).WithName("moveGuide").WithSummary("Give a guide another place among the others.").Produces(StatusCodes.Status204NoContent);
        guides.MapDelete("/{slug}", RemoveAsync).WithName("removeGuide").WithSummary("Remove a guide.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(string api, GuideReader guides, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await guides.ListAsync(context.Actor(), api, cancellation), ApiEndpoints.Unknown(api),
            rows => new PageBody<GuideSummaryBody>(
                [.. rows.Select(r => new GuideSummaryBody(r.Slug, r.Title, r.Position, r.UpdatedBy, r.UpdatedAt))], 1, Math.Max(1, rows.Count), rows.Count));

    private static async Task<IResult> GetAsync(string api, string slug, GuideReader guides, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await guides.FindAsync(context.Actor(), api, slug, cancellation), $"There is no guide {slug} of {api} that you may see.", Of);

    private static async Task<IResult> AddAsync(
        string api, JsonBody<GuideTextBody> body, WriteGuide write, GuideReader guides, HttpContext context, CancellationToken cancellation)
    {
        var added = await write.AddAsync(context.Actor(), api, body.Value.Title, body.Value.Markdown, cancellation);
        return added.Succeeded
            ? Answer.Created($"/apis/{api}/guides/{added.Value}", Of((await guides.FindAsync(context.Actor(), api, added.Value, cancellation))!))
            : new ProblemResult(added.Problems);
    }

    private static async Task<IResult> ChangeAsync(
        string api, string slug, JsonBody<GuideTextBody> body, WriteGuide write, GuideReader guides, HttpContext context, CancellationToken cancellation)
    {
        var changed = await write.ChangeAsync(context.Actor(), api, slug, body.Value.Title, body.Value.Markdown, body.Value.Revision, cancellation);
        return changed.Succeeded ? await GetAsync(api, slug, guides, context, cancellation) : new ProblemResult(changed.Problems);
    }

    private static async Task<IResult> MoveAsync(
        string api, string slug, JsonBody<GuidePositionBody> body, WriteGuide write, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await write.MoveAsync(context.Actor(), api, slug, body.Value.Position, cancellation));

    private static async Task<IResult> RemoveAsync(string api, string slug, WriteGuide write, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await write.RemoveAsync(context.Actor(), api, slug, cancellation));

    private static GuideBody Of(GuideDetails guide) => new(guide.Slug, guide.Title, guide.Markdown, guide.Revision, guide.UpdatedBy, guide.UpdatedAt);
}
