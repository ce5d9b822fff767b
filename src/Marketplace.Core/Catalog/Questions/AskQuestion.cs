using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Questions;

/// <summary>Anybody who sees an API asks; the API's team is told. One's own question is edited; owners moderate.</summary>
public sealed class AskQuestion(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <returns>The question's number.</returns>
    public async Task<Outcome<long>> AskAsync(Actor actor, string name, string title, string markdown, CancellationToken cancellation)
    {
        if (QuestionRules.NoAuditor(actor) is { } refused)
            return refused;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var api = await db.Apis.VisibleTo(actor).SingleOrDefaultAsync(a => a.Name == name, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {name} that you may see.");
        var problems = QuestionRules.CheckQuestion(title, markdown);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        if (await QuestionRules.CheckRateAsync(db, actor, "title", now, cancellation) is { } tooMany)
            return tooMany;
        var question = new Question { ApiId = api.Id, Title = title.Trim(), Markdown = markdown, AskedBy = actor.Id, AskedAt = now };
        db.Add(question);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor, new(NotificationKind.QuestionAsked, $"{actor.Name} asks about {api.Title}", question.Title, QuestionRules.Link(name, question.Number)),
            new() { Teams = [api.TeamId] }, cancellation);
        await QuestionRules.RecordAsync(db, actor, api, "question.asked", question.Number, null, null, Facts(question), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return question.Number;
    }

    public async Task<Outcome<long>> EditAsync(Actor actor, string name, long number, string title, string markdown, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var question = await QuestionRules.Shown(db, actor, name, number).Include(q => q.Api).SingleOrDefaultAsync(q => q.AskedBy == actor.Id, cancellation);
        if (question is null)
            return new Problem(Problem.NotFound, $"There is no question {number} of yours.");
        var problems = QuestionRules.CheckQuestion(title, markdown);
        if (problems.Count > 0)
            return problems;
        var now = clock.GetUtcNow();
        var before = Facts(question);
        (question.Title, question.Markdown, question.EditedAt) = (title.Trim(), markdown, now);
        await db.SaveChangesAsync(cancellation);
        await QuestionRules.RecordAsync(db, actor, question.Api!, "question.edited", number, null, before, Facts(question), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    /// <summary>One's own, while nobody else has answered; any, by an owner of the API, with a reason that its author reads.</summary>
    public async Task<Outcome<long>> RemoveAsync(Actor actor, string name, long number, string? reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await QuestionRules.HoldOwnAsync(db, actor, name, number, cancellation) is not { } question)
            return new Problem(Problem.NotFound, $"There is no question {number} that you may remove.");
        var isOwner = await db.Apis.WithOwner(actor).AnyAsync(a => a.Id == question.ApiId, cancellation);
        if (!isOwner && await db.Answers.AnyAsync(a => a.QuestionId == question.Id && a.RemovedAt == null && a.AnsweredBy != actor.Id, cancellation))
            return new Problem("question_answered", "Others have answered it, so it helps others too. An owner of the API may remove it.");
        if (question.AskedBy != actor.Id && QuestionRules.CheckReason(reason) is { } missing)
            return missing;

        var now = clock.GetUtcNow();
        question.RemovedAt = now;
        await db.SaveChangesAsync(cancellation);
        await QuestionRules.TellRemovedAsync(db, actor, question.AskedBy, $"Your question “{question.Title}” was removed", reason, name, now, cancellation);
        await QuestionRules.RecordAsync(db, actor, question.Api!, "question.removed", number, reason, Facts(question), null, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    private static object Facts(Question question) => new { question.Title, text = question.Markdown };
}
