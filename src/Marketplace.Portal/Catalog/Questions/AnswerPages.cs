using Marketplace.Core;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Questions;

/// <summary>Answering a question, and saying which answer helped.</summary>
internal static class AnswerPages
{
    private const string Question = QuestionPages.Questions + "/{number:long}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost(Question + "/answers", AnswerAsync);
        pages.MapPost(Question + "/answers/{id:guid}", EditAsync);
        pages.MapPost(Question + "/answers/{id:guid}/remove", RemoveAsync);
        pages.MapPost(Question + "/accepted", AcceptAsync);
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context, string api, string version, long number, [FromForm] string? markdown, AnswerQuestion answers,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var answered = await answers.AnswerAsync(context.Actor(), api, number, markdown ?? "", cancellation);
        return await EndAsync(context, api, version, number, answered, "Answered; whoever asked is told.", new(PostMode.Answer, null, "", markdown ?? ""), readers, cancellation);
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, string api, string version, long number, Guid id, [FromForm] string? markdown, AnswerQuestion answers,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var edited = await answers.EditAsync(context.Actor(), api, number, id, markdown ?? "", cancellation);
        return await EndAsync(context, api, version, number, edited, "Changed.", new(PostMode.Edit, id, "", markdown ?? ""), readers, cancellation);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, string api, string version, long number, Guid id, [FromForm] string? reason, AnswerQuestion answers,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var removed = await answers.RemoveAsync(context.Actor(), api, number, id, reason, cancellation);
        return await EndAsync(context, api, version, number, removed, "The answer is removed.", new(PostMode.Remove, id, "", "", reason ?? ""), readers, cancellation);
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context, string api, string version, long number, [FromForm] Guid? answer, AnswerQuestion answers,
        [AsParameters] QuestionReaders readers, CancellationToken cancellation)
    {
        var accepted = await answers.AcceptAsync(context.Actor(), api, number, answer, cancellation);
        return await EndAsync(
            context, api, version, number, accepted, answer is null ? "No answer is accepted now." : "Accepted: it stands first now.", TypedPost.None, readers, cancellation);
    }

    private static async Task<IResult> EndAsync<T>(
        HttpContext context, string api, string version, long number, Outcome<T> outcome, string done, TypedPost typed, QuestionReaders readers, CancellationToken cancellation) =>
        outcome.Succeeded
            ? Flash.Redirect(context, $"{ApiUrl.Of(api, version)}/questions/{number}", done)
            : await readers.AgainAsync(context, api, version, number, typed, outcome, cancellation);
}
