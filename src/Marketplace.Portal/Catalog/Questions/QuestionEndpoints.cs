using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RestAnswer = Marketplace.Portal.Rest.Answer;

namespace Marketplace.Portal.Catalog.Questions;

internal static class QuestionEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var questions = rest.MapGroup("/apis/{api}/questions").WithTags("Questions");
        questions.MapGet("", ListAsync).WithName("listQuestions")
            .WithSummary("Questions on an API, newest first; open=true for those without an accepted answer.").Produces<PageBody<QuestionSummaryBody>>();
        questions.MapPost("", AskAsync).WithName("askQuestion").WithSummary("Ask the team that owns an API.").Produces<AskedBody>(StatusCodes.Status201Created);
        questions.MapGet("/{number:long}", GetAsync).WithName("getQuestion").WithSummary("A question and its answers.").Produces<QuestionBody>();
        questions.MapPut("/{number:long}", EditAsync).WithName("editQuestion").WithSummary("Say better what you asked.").Produces(StatusCodes.Status204NoContent);
        questions.MapPost("/{number:long}/removal", RemoveAsync).WithName("removeQuestion")
            .WithSummary("Remove a question: yours, while nobody else has answered; any, as an owner with a reason.").Produces(StatusCodes.Status204NoContent);
        questions.MapPut("/{number:long}/accepted-answer", AcceptAsync).WithName("acceptAnswer")
            .WithSummary("Say which answer helped. For whoever asked, and owners of the API.").Produces(StatusCodes.Status204NoContent);
        questions.MapPost("/{number:long}/answers", AnswerAsync).WithName("answerQuestion").WithSummary("Answer.").Produces<AnsweredBody>(StatusCodes.Status201Created);
        questions.MapPut("/{number:long}/answers/{id:guid}", EditAnswerAsync).WithName("editAnswer").WithSummary("Change your answer.").Produces(StatusCodes.Status204NoContent);
        questions.MapPost("/{number:long}/answers/{id:guid}/removal", RemoveAnswerAsync).WithName("removeAnswer")
            .WithSummary("Remove an answer: yours; any, as an owner with a reason.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        string api, string? q, bool? open, int? page, int? limit, QuestionReader questions, HttpContext context, CancellationToken cancellation) =>
        await questions.ListAsync(context.Actor(), api, q, open ?? false, Paged.From(page, limit), cancellation) is { } rows
            ? RestAnswer.Page(rows, r => new QuestionSummaryBody(r.Number, r.Title, r.AskedBy, r.AskedAt, r.Answers, r.Accepted))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api));

    private static async Task<IResult> GetAsync(
        string api, long number, int? page, int? limit, QuestionReader questions, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Found(
            await questions.FindAsync(context.Actor(), api, number, Paged.From(page, limit), cancellation), $"There is no question {number} on {api} that you may see.",
            q => new QuestionBody(
                q.Number, q.Title, q.Markdown, q.AskedBy, q.AskedAt, q.EditedAt,
                new([.. q.Answers.Items.Select(Of)], q.Answers.Request.Number, q.Answers.Request.Size, q.Answers.Total)));

    private static async Task<IResult> AskAsync(
        string api, JsonBody<QuestionTextBody> body, AskQuestion ask, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Created(
            await ask.AskAsync(context.Actor(), api, body.Value.Title, body.Value.Markdown, cancellation),
            number => $"/apis/{api}/questions/{number}", number => new AskedBody(number));

    private static async Task<IResult> EditAsync(
        string api, long number, JsonBody<QuestionTextBody> body, AskQuestion ask, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Done(await ask.EditAsync(context.Actor(), api, number, body.Value.Title, body.Value.Markdown, cancellation));

    private static async Task<IResult> RemoveAsync(
        string api, long number, JsonBody<NewRemovalBody> body, AskQuestion ask, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Done(await ask.RemoveAsync(context.Actor(), api, number, body.Value.Reason, cancellation));

    private static async Task<IResult> AcceptAsync(
        string api, long number, JsonBody<AcceptedAnswerBody> body, AnswerQuestion answers, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Done(await answers.AcceptAsync(context.Actor(), api, number, body.Value.Answer, cancellation));

    private static async Task<IResult> AnswerAsync(
        string api, long number, JsonBody<AnswerTextBody> body, AnswerQuestion answers, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Created(
            await answers.AnswerAsync(context.Actor(), api, number, body.Value.Markdown, cancellation),
            _ => $"/apis/{api}/questions/{number}", id => new AnsweredBody(id));

    private static async Task<IResult> EditAnswerAsync(
        string api, long number, Guid id, JsonBody<AnswerTextBody> body, AnswerQuestion answers, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Done(await answers.EditAsync(context.Actor(), api, number, id, body.Value.Markdown, cancellation));

    private static async Task<IResult> RemoveAnswerAsync(
        string api, long number, Guid id, JsonBody<NewRemovalBody> body, AnswerQuestion answers, HttpContext context, CancellationToken cancellation) =>
        RestAnswer.Done(await answers.RemoveAsync(context.Actor(), api, number, id, body.Value.Reason, cancellation));

    private static AnswerBody Of(AnswerRow row) =>
        new(row.Id, row.Markdown, row.AnsweredBy, row.AnsweredAt, row.EditedAt, row.Accepted, row.ByOwnerTeam);
}
