using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Questions;

/// <summary>Questions on an API: the list, asking, and one with its answers.</summary>
internal static class QuestionPages
{
    public const string Questions = ApiPages.Line + "/questions";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Questions, ListAsync);
        pages.MapPost(Questions, AskAsync);
        pages.MapGet(Questions + "/{number:long}/{slug?}", ShowAsync);
        pages.MapPost(Questions + "/{number:long}", EditAsync);
        pages.MapPost(Questions + "/{number:long}/remove", RemoveAsync);
        pages.MapGet("/apis/{api}/questions", (HttpContext context, string api, CatalogReader catalog, CancellationToken cancellation) =>
            ApiPages.ToNewestAsync(context, api, "/questions", catalog, cancellation));
        pages.MapGet("/apis/{api}/questions/{number:long}", (HttpContext context, string api, long number, CatalogReader catalog, CancellationToken cancellation) =>
            ApiPages.ToNewestAsync(context, api, $"/questions/{number}", catalog, cancellation));
    }

    private static Task<IResult> ListAsync(
        HttpContext context, string api, string version, string? q, bool? open, int? page, [AsParameters] QuestionReaders readers, CancellationToken cancellation) =>
        readers.ListAsync(context, api, version, new(q?.Trim() ?? "", open is true, page ?? 1), QuestionForm.Empty, [], cancellation);

    private static async Task<IResult> AskAsync(
        HttpContext context, string api, string version, [FromForm] string? title, [FromForm] string? markdown, AskQuestion ask,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var form = new QuestionForm(title ?? "", markdown ?? "");
        var asked = await ask.AskAsync(context.Actor(), api, form.Title, form.Markdown, cancellation);
        if (asked.IsForbidden())
            return Page.Forbidden(asked.Problems[0].Message);
        return asked.Succeeded
            ? Flash.Redirect(context, QuestionUrl.Of(ApiUrl.Of(api, version), asked.Value, form.Title), "Asked; the team that owns the API is told.")
            : asked.IsNotFound() ? Page.NotFound()
            : await readers.ListAsync(context, api, version, new("", false, 1), form, asked.Problems, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, long number, string? slug, int? page, string? edit, string? remove,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, number, page ?? 1, cancellation) is not { } model)
            return Page.NotFound();
        model = model with { Typed = model.Open(edit, remove) };
        // One address for each question, with its words in it.
        return slug == Slug.Of(model.Question.Title, "question") ? Page.Show<QuestionPage, QuestionModel>(model) : Results.LocalRedirect(model.Url);
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, string api, string version, long number, [FromForm] string? title, [FromForm] string? markdown, AskQuestion ask,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var edited = await ask.EditAsync(context.Actor(), api, number, title ?? "", markdown ?? "", cancellation);
        return edited.Succeeded
            ? Flash.Redirect(context, QuestionUrl.Of(ApiUrl.Of(api, version), number, title ?? ""), "Changed.")
            : await readers.AgainAsync(context, api, version, number, new(PostMode.Edit, null, title ?? "", markdown ?? ""), edited, cancellation);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, string api, string version, long number, [FromForm] string? reason, AskQuestion ask,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var removed = await ask.RemoveAsync(context.Actor(), api, number, reason, cancellation);
        return removed.Succeeded
            ? Flash.Redirect(context, ApiUrl.Of(api, version) + "/questions", "The question is removed.")
            : await readers.AgainAsync(context, api, version, number, new(PostMode.Remove, null, "", "", reason ?? ""), removed, cancellation);
    }
}

internal sealed record QuestionReaders(CatalogReader Catalog, QuestionReader Questions)
{
    private const int AnswersShown = 50;

    public async Task<IResult> ListAsync(
        HttpContext context, string api, string version, QuestionFilter filter, QuestionForm form, IReadOnlyList<Problem> problems, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, Catalog, cancellation) is not { } head
            || await Questions.ListAsync(actor, api, filter.Text, filter.OpenOnly, new PageRequest(filter.Page), cancellation) is not { } rows)
            return Page.NotFound();
        var model = new QuestionListModel(head, filter, rows, form, problems);
        return problems.Count == 0 ? Page.Show<QuestionListPage, QuestionListModel>(model) : Page.Again<QuestionListPage, QuestionListModel>(model);
    }

    public async Task<QuestionModel?> OpenAsync(HttpContext context, string api, string version, long number, int page, CancellationToken cancellation) =>
        await ApiPages.HeadAsync(context.Actor(), api, version, Catalog, cancellation) is { } head
            && await Questions.FindAsync(context.Actor(), api, number, new PageRequest(page, AnswersShown), cancellation) is { } question
            ? new(head, question, TypedPost.None, [])
            : null;

    public async Task<IResult> AgainAsync<T>(
        HttpContext context, string api, string version, long number, TypedPost typed, Outcome<T> refused, CancellationToken cancellation)
    {
        if (refused.IsForbidden())
            return Page.Forbidden(refused.Problems[0].Message);
        return !refused.IsNotFound() && await OpenAsync(context, api, version, number, 1, cancellation) is { } model
            ? Page.Again<QuestionPage, QuestionModel>(model with { Typed = typed, Problems = refused.Problems })
            : Page.NotFound();
    }
}
