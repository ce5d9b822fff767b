using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Questions;

/// <summary>Anybody who sees the question answers; whoever asked is told, and accepts one of the answers, or an owner of the API does.</summary>
public sealed class AnswerQuestion(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> AnswerAsync(Actor actor, string name, long number, string markdown, CancellationToken cancellation)
    {
        if (QuestionRules.NoAuditor(actor) is { } refused)
            return refused;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await QuestionRules.HoldAsync(db, number, cancellation);
        var question = await QuestionRules.Shown(db, actor, name, number).Include(q => q.Api).SingleOrDefaultAsync(cancellation);
        if (question is null)
            return new Problem(Problem.NotFound, $"There is no question {number} on {name}.");
        if (QuestionRules.CheckAnswer(markdown) is { } problem)
            return problem;

        var now = clock.GetUtcNow();
        if (await QuestionRules.CheckRateAsync(db, actor, "markdown", now, cancellation) is { } tooMany)
            return tooMany;
        var answer = new Answer { QuestionId = question.Id, Markdown = markdown, AnsweredBy = actor.Id, AnsweredAt = now };
        db.Add(answer);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor, new(NotificationKind.QuestionAnswered, $"{actor.Name} answered: {question.Title}", "If it helps, accept it, so that others find it first.", QuestionRules.Link(name, number)),
            new() { People = [question.AskedBy] }, cancellation);
        await QuestionRules.RecordAsync(db, actor, question.Api!, "question.answered", number, null, null, new { answer = answer.Id, text = markdown }, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return answer.Id;
    }

    public async Task<Outcome<Guid>> EditAsync(Actor actor, string name, long number, Guid id, string markdown, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var question = await QuestionRules.Shown(db, actor, name, number).Include(q => q.Api).SingleOrDefaultAsync(cancellation);
        var answer = question is null ? null : await db.Answers.SingleOrDefaultAsync(
            a => a.Id == id && a.RemovedAt == null && a.AnsweredBy == actor.Id && a.QuestionId == question.Id, cancellation);
        if (answer is null)
            return new Problem(Problem.NotFound, "There is no such answer of yours.");
        if (QuestionRules.CheckAnswer(markdown) is { } problem)
            return problem;
        var now = clock.GetUtcNow();
        var before = answer.Markdown;
        (answer.Markdown, answer.EditedAt) = (markdown, now);
        await db.SaveChangesAsync(cancellation);
        await QuestionRules.RecordAsync(db, actor, question!.Api!, "answer.edited", number, null, new { answer = id, text = before }, new { answer = id, text = markdown }, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <summary>One's own; any, by an owner of the API, with a reason that its author reads.</summary>
    public async Task<Outcome<Guid>> RemoveAsync(Actor actor, string name, long number, Guid id, string? reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await QuestionRules.HoldAsync(db, number, cancellation);
        var question = await QuestionRules.Shown(db, actor, name, number).Include(q => q.Api).SingleOrDefaultAsync(cancellation);
        var isOwner = question is not null && await db.Apis.WithOwner(actor).AnyAsync(a => a.Id == question.ApiId, cancellation);
        var answer = question is null ? null : await db.Answers.SingleOrDefaultAsync(
            a => a.Id == id && a.QuestionId == question.Id && a.RemovedAt == null && (isOwner || a.AnsweredBy == actor.Id), cancellation);
        if (answer is null)
            return new Problem(Problem.NotFound, "There is no such answer that you may remove.");
        if (answer.AnsweredBy != actor.Id && QuestionRules.CheckReason(reason) is { } missing)
            return missing;

        var now = clock.GetUtcNow();
        answer.RemovedAt = now;
        if (question!.AcceptedAnswerId == id)
            question.AcceptedAnswerId = null;
        await db.SaveChangesAsync(cancellation);
        await QuestionRules.TellRemovedAsync(db, actor, answer.AnsweredBy, $"Your answer to “{question.Title}” was removed", reason, name, now, cancellation);
        await QuestionRules.RecordAsync(db, actor, question.Api!, "answer.removed", number, reason, new { answer = id, text = answer.Markdown }, null, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <param name="actor">Whoever asked, or an owner of the API.</param>
    /// <param name="name">The API.</param>
    /// <param name="number">The question.</param>
    /// <param name="id">The answer; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Outcome<long>> AcceptAsync(Actor actor, string name, long number, Guid? id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await QuestionRules.HoldOwnAsync(db, actor, name, number, cancellation) is not { } question)
            return new Problem(Problem.NotFound, $"There is no question {number} whose answers you may accept: whoever asked may, and owners of the API.");
        var answer = id is null ? null : await db.Answers.SingleOrDefaultAsync(a => a.Id == id && a.QuestionId == question.Id && a.RemovedAt == null, cancellation);
        if (id is not null && answer is null)
            return new Problem("answer_unknown", $"Question {number} has no such answer.", "answer");

        // Said twice is said once: nobody is told again.
        if (question.AcceptedAnswerId == id)
            return number;

        var now = clock.GetUtcNow();
        var before = question.AcceptedAnswerId;
        question.AcceptedAnswerId = id;
        await db.SaveChangesAsync(cancellation);
        if (answer is not null)
        {
            await Inbox.TellAsync(
                db, now, actor, new(NotificationKind.AnswerAccepted, $"Your answer was accepted: {question.Title}", "It stands first now.", QuestionRules.Link(name, number)),
                new() { People = [answer.AnsweredBy] }, cancellation);
        }
        await QuestionRules.RecordAsync(db, actor, question.Api!, id is null ? "answer.unaccepted" : "answer.accepted", number, null, new { accepted = before }, new { accepted = id }, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }
}
