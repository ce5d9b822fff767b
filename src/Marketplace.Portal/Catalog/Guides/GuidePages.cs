using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Guides;

/// <summary>The guides of an API: read by whoever sees it, written by its team.</summary>
internal static class GuidePages
{
    private const string Guides = ApiPages.Line + "/guides";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Guides, ShowFirstAsync);
        pages.MapGet(Guides + "/{slug}", ShowAsync);
        pages.MapGet("/apis/{api}/guides/{slug}", (HttpContext context, string api, string slug, CatalogReader catalog, CancellationToken cancellation) =>
            ApiPages.ToNewestAsync(context, api, $"/guides/{Uri.EscapeDataString(slug)}", catalog, cancellation));
        pages.MapGet(ApiPages.Line + "/write-guide", (HttpContext context, string api, string version, string? guide, [AsParameters] Readers readers, CancellationToken cancellation) =>
            EditAsync(context, api, version, guide, readers, cancellation));
        pages.MapPost(Guides, AddAsync);
        pages.MapPost(Guides + "/{slug}", ChangeAsync);
        pages.MapPost(Guides + "/{slug}/position", MoveAsync);
        pages.MapPost(Guides + "/{slug}/remove", RemoveAsync);
    }

    private static async Task<IResult> ShowFirstAsync(HttpContext context, string api, string version, [AsParameters] Readers readers, CancellationToken cancellation) =>
        await readers.OpenAsync(context, api, version, cancellation) is not { } open ? Page.NotFound()
        : open.Guides is [var first, ..] ? Page.Show<GuidePage, GuideModel>(new(open.Head, open.Guides, await readers.Guides.FindAsync(context.Actor(), api, first.Slug, cancellation)))
        : Page.Show<GuidePage, GuideModel>(new(open.Head, [], null));

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string slug, [AsParameters] Readers readers, CancellationToken cancellation) =>
        await readers.OpenAsync(context, api, version, cancellation) is { } open && await readers.Guides.FindAsync(context.Actor(), api, slug, cancellation) is { } guide
            ? Page.Show<GuidePage, GuideModel>(new(open.Head, open.Guides, guide))
            : Page.NotFound();

    private static async Task<IResult> EditAsync(HttpContext context, string api, string version, string? slug, Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.IsMember: true } open)
            return Page.NotFound();
        if (string.IsNullOrEmpty(slug))
            return Page.Show<GuideEditPage, GuideEditModel>(new(open.Head, null, GuideForm.Empty, false, []));
        return await readers.Guides.FindAsync(context.Actor(), api, slug, cancellation) is { } guide
            ? Page.Show<GuideEditPage, GuideEditModel>(new(open.Head, slug, new(guide.Title, guide.Markdown, guide.Revision), false, []))
            : Page.NotFound();
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, string api, string version, IFormCollection form, WriteGuide write, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.IsMember: true } open)
            return Page.NotFound();
        var typed = GuideForm.Read(form);
        if (GuideForm.WantsPreview(form))
            return Page.Show<GuideEditPage, GuideEditModel>(new(open.Head, null, typed, true, []));
        var added = await write.AddAsync(context.Actor(), api, typed.Title, typed.Markdown, cancellation);
        return added.Succeeded
            ? Flash.Redirect(context, $"{open.Head.Url}/guides/{added.Value}", "The guide is published; subscribers are told.")
            : Page.Again<GuideEditPage, GuideEditModel>(new(open.Head, null, typed, false, added.Problems));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string api, string version, string slug, IFormCollection form, WriteGuide write, [AsParameters] Readers readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { Head.Api.IsMember: true } open)
            return Page.NotFound();
        var typed = GuideForm.Read(form);
        if (GuideForm.WantsPreview(form))
            return Page.Show<GuideEditPage, GuideEditModel>(new(open.Head, slug, typed, true, []));
        var changed = await write.ChangeAsync(context.Actor(), api, slug, typed.Title, typed.Markdown, typed.Revision, cancellation);
        if (changed.IsNotFound())
            return Page.NotFound();
        return changed.Succeeded
            ? Flash.Redirect(context, $"{open.Head.Url}/guides/{slug}", "The guide is saved.")
            : Page.Again<GuideEditPage, GuideEditModel>(new(open.Head, slug, typed, false, changed.Problems));
    }

    private static async Task<IResult> MoveAsync(
        HttpContext context, string api, string version, string slug, [FromForm] int? position, WriteGuide write, CancellationToken cancellation) =>
        (await write.MoveAsync(context.Actor(), api, slug, position ?? 1, cancellation)).Succeeded
            ? Flash.Redirect(context, $"{ApiUrl.Of(api, version)}/guides/{Uri.EscapeDataString(slug)}")
            : Page.NotFound();

    private static async Task<IResult> RemoveAsync(
        HttpContext context, string api, string version, string slug, WriteGuide write, CancellationToken cancellation) =>
        (await write.RemoveAsync(context.Actor(), api, slug, cancellation)).Succeeded
            ? Flash.Redirect(context, $"{ApiUrl.Of(api, version)}/guides", "The guide is removed.")
            : Page.NotFound();

    internal sealed record Readers(CatalogReader Catalog, GuideReader Guides)
    {
        public async Task<Opened?> OpenAsync(HttpContext context, string api, string version, CancellationToken cancellation) =>
            await ApiPages.HeadAsync(context.Actor(), api, version, Catalog, cancellation) is { } head
                && await Guides.ListAsync(context.Actor(), api, cancellation) is { } guides
                ? new(head, guides)
                : null;
    }

    internal sealed record Opened(ApiHead Head, IReadOnlyList<GuideRow> Guides);
}

/// <param name="Revision">What the change is based on; null for a new one.</param>
public sealed record GuideForm(string Title, string Markdown, int? Revision)
{
    public static GuideForm Empty { get; } = new("", "", null);

    public static GuideForm Read(IFormCollection form) =>
        new(form["title"].ToString(), form["markdown"].ToString(), int.TryParse(form["revision"], out var revision) ? revision : null);

    public static bool WantsPreview(IFormCollection form) => form["then"] == "preview";
}

public sealed record GuideModel(ApiHead Head, IReadOnlyList<GuideRow> Guides, GuideDetails? Guide)
{
    /// <summary>Its place among the others, from 1.</summary>
    public int Position => Guides.Index().FirstOrDefault(g => g.Item.Slug == Guide?.Slug).Index + 1;
}

/// <param name="Slug">Null for a new one.</param>
public sealed record GuideEditModel(ApiHead Head, string? Slug, GuideForm Form, bool Preview, IReadOnlyList<Problem> Problems);
