using Marketplace.Core;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Requests;

/// <summary>Templates of a line, and one that goes into a draft.</summary>
internal static class TemplatePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/templates", ListAsync);
        pages.MapPost(ApiPages.Line + "/templates", PutAsync);
        pages.MapGet("/templates/{slug}", ShowAsync);
        pages.MapPost("/templates/{slug}/remove", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, string api, string version, string? edit, TemplateReader templates, CatalogReader catalog, CancellationToken cancellation)
    {
        var changed = edit is null ? null : await templates.FindAsync(context.Actor(), edit, cancellation);
        var form = changed is { MayChange: true } ? TemplateForm.Of(changed, api, version) : TemplateForm.Empty;
        return await PageOfAsync(context, api, version, form, [], templates, catalog, cancellation);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string api, string version, IFormCollection sent, WriteTemplate write, TemplateReader templates, CatalogReader catalog, CancellationToken cancellation)
    {
        var form = TemplateForm.Read(sent);
        var earlier = await templates.FindAsync(context.Actor(), form.Name, cancellation);
        var outcome = await write.PutAsync(context.Actor(), form.Name, form.Input(api, version, earlier is { MayChange: true } ? earlier : null), cancellation);
        if (outcome.Succeeded)
            return Flash.Redirect(context, $"/templates/{outcome.Value}", "The template is offered to whoever asks for access.");
        return outcome.IsNotFound() ? Page.NotFound() : await PageOfAsync(context, api, version, form, outcome.Problems, templates, catalog, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string slug, TemplateReader templates, DraftReader drafts, CancellationToken cancellation)
    {
        if (await templates.FindAsync(context.Actor(), slug, cancellation) is not { } template)
            return Page.NotFound();
        var mine = await drafts.ListAsync(context.Actor(), new PageRequest(1, EditDraft.Maximum), cancellation);
        var home = $"/apis/{template.Parts[0].Api}/{template.Parts[0].Version}/templates";
        return Page.Show<AddToDraftPage, AddToDraftModel>(new(template.Lines, mine.Items, home, []) { Template = template });
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, string slug, WriteTemplate write, CancellationToken cancellation) =>
        (await write.RemoveAsync(context.Actor(), slug, cancellation)).Succeeded ? Flash.Redirect(context, "/catalog", "The template is offered no longer.") : Page.NotFound();

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string api, string version, TemplateForm form, IReadOnlyList<Problem> problems, TemplateReader templates, CatalogReader catalog,
        CancellationToken cancellation) =>
        await ApiPages.HeadAsync(context.Actor(), api, version, catalog, cancellation) is { } head
            && await templates.ListAsync(context.Actor(), api, version, cancellation) is { } rows
            ? Page.Show<TemplatesPage, TemplatesModel>(new(head, rows, form, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.NotFound();
}
