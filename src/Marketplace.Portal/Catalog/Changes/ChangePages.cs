using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.SideBySide;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>An API's changelog, its feed, and any two revisions side by side.</summary>
internal static class ChangePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/apis/{api}/changelog", ShowChangelogAsync);
        pages.MapGet("/apis/{api}/changelog.atom", FeedAsync);
        pages.MapGet("/apis/{api}/compare", CompareAsync);
    }

    private static async Task<IResult> ShowChangelogAsync(
        HttpContext context, string api, string? version, int? page, CatalogReader catalog, ChangelogReader changelog, CancellationToken cancellation)
    {
        // All versions are listed; the one that the reader came from, else the newest, stands above.
        var actor = context.Actor();
        return await catalog.FindApiAsync(actor, api, cancellation) is { Versions: [var newest, ..] } found
            && await catalog.FindVersionAsync(actor, api, version ?? newest.Version, cancellation) is { } line
            && await changelog.ReadAsync(actor, api, new(page ?? 1, 20), cancellation) is { } log
            ? Page.Show<ChangelogPage, ChangelogModel>(new(new(found, line), log))
            : Page.NotFound();
    }

    private static async Task<IResult> FeedAsync(HttpContext context, string api, ChangelogReader changelog, CancellationToken cancellation) =>
        await changelog.ReadAsync(context.Actor(), api, new(1, AtomFeed.Entries), cancellation) is { } log ? AtomFeed.Answer(context, log) : Page.NotFound();

    private static async Task<IResult> CompareAsync(
        HttpContext context, string api, string? from, string? to, string? only, string? open, CatalogReader catalog, CompareRevisions compare,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await catalog.FindApiAsync(actor, api, cancellation) is not { } found)
            return Page.NotFound();
        var names = await compare.NamesAsync(actor, api, cancellation);
        if (names is not [var newest, ..])
            return Page.NotFound();
        var later = RevisionName.Parse(to) ?? newest;
        var earlier = RevisionName.Parse(from) ?? Before(later, names);
        var text = open is null ? null : await compare.TextAsync(actor, api, earlier, later, open, cancellation);
        context.Response.Headers.Vary = "HX-Request";
        if (context.Request.WantsFragment() && open is not null)
            return text is null ? Page.NotFound() : Page.Show<SideBySideView, IReadOnlyList<TextSection>>(text);
        var result = await compare.ExecuteAsync(actor, api, earlier, later, cancellation);
        // What is not there, or is a draft of others, is not found, as everywhere.
        if (!result.Succeeded)
            return Page.NotFound();
        return Page.Show<ComparePage, CompareModel>(new(
            found, names, result.Value.From.Name.ToString(), result.Value.To.Name.ToString(), only == "breaking", result.Value, open, text));
    }

    /// <summary>Without a choice: the revision before it on its line, else the newest of an older line.</summary>
    private static RevisionName Before(RevisionName later, IReadOnlyList<RevisionName> newestFirst)
    {
        var number = later.Number ?? newestFirst.FirstOrDefault(n => n.Version == later.Version).Number;
        return newestFirst.SkipWhile(n => n.Version != later.Version).SkipWhile(n => n.Version == later.Version && n.Number >= number).FirstOrDefault(later);
    }
}
