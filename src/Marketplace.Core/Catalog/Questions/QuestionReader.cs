using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Questions;

/// <param name="Accepted">An answer is accepted.</param>
public sealed record QuestionRow(long Number, string Title, string AskedBy, DateTimeOffset AskedAt, int Answers, bool Accepted);

/// <param name="ByOwnerTeam">Whoever answered is in the team of the API.</param>
public sealed record AnswerRow(
    Guid Id, string Markdown, string AnsweredBy, DateTimeOffset AnsweredAt, DateTimeOffset? EditedAt, bool Accepted, bool ByOwnerTeam, bool IsMine);

/// <param name="MayModerate">The reader owns the API.</param>
/// <param name="MayAccept">The reader asked, or owns the API.</param>
/// <param name="MayRemove">The reader owns the API, or asked and nobody else has answered.</param>
public sealed record QuestionDetails(
    long Number, string Title, string Markdown, string AskedBy, DateTimeOffset AskedAt, DateTimeOffset? EditedAt, bool IsMine,
    bool MayModerate, bool MayAccept, bool MayRemove, Page<AnswerRow> Answers);

/// <summary>Questions are for whoever sees the API.</summary>
public sealed class QuestionReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Newest first. Null when there is no such API to see.</summary>
    public async Task<Page<QuestionRow>?> ListAsync(Actor actor, string api, string? text, bool openOnly, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Apis.VisibleTo(actor).Where(a => a.Name == api).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation) is not { } id)
            return null;
        var questions = db.Questions.Where(q => q.ApiId == id && q.RemovedAt == null && (!openOnly || q.AcceptedAnswerId == null));
        if (!string.IsNullOrWhiteSpace(text))
        {
            var like = "%" + Like.Escape(text.Trim()) + "%";
            questions = questions.Where(q => EF.Functions.ILike(q.Title, like) || EF.Functions.ILike(q.Markdown, like));
        }

        return await questions.OrderByDescending(q => q.Number)
            .Select(q => new QuestionRow(
                q.Number, q.Title, db.People.Where(p => p.Id == q.AskedBy).Select(p => p.DisplayName).Single(), q.AskedAt,
                q.Answers.Count(a => a.RemovedAt == null), q.AcceptedAnswerId != null))
            .ToPageAsync(page, cancellation);
    }

    /// <summary>The accepted answer first, then the oldest.</summary>
    public async Task<QuestionDetails?> FindAsync(Actor actor, string api, long number, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var apis = db.Apis.VisibleTo(actor).Where(a => a.Name == api).Select(a => a.Id);
        var question = await db.Questions.Where(q => q.Number == number && q.RemovedAt == null && apis.Contains(q.ApiId)).Select(q => new
        {
            q.Id, q.Title, q.Markdown, q.AskedBy, q.AskedAt, q.EditedAt, q.AcceptedAnswerId, q.Api!.TeamId,
            Asker = db.People.Where(p => p.Id == q.AskedBy).Select(p => p.DisplayName).Single(),
            IsOwner = q.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
            OthersAnswered = q.Answers.Any(a => a.RemovedAt == null && a.AnsweredBy != q.AskedBy),
        }).SingleOrDefaultAsync(cancellation);
        if (question is null)
            return null;
        var answers = await db.Answers.Where(a => a.QuestionId == question.Id && a.RemovedAt == null)
            .OrderByDescending(a => a.Id == question.AcceptedAnswerId).ThenBy(a => a.AnsweredAt).ThenBy(a => a.Id)
            .Select(a => new AnswerRow(
                a.Id, a.Markdown, db.People.Where(p => p.Id == a.AnsweredBy).Select(p => p.DisplayName).Single(), a.AnsweredAt, a.EditedAt,
                a.Id == question.AcceptedAnswerId, db.Memberships.Any(m => m.TeamId == question.TeamId && m.PersonId == a.AnsweredBy), a.AnsweredBy == actor.Id))
            .ToPageAsync(page, cancellation);
        var isMine = question.AskedBy == actor.Id;
        return new QuestionDetails(
            number, question.Title, question.Markdown, question.Asker, question.AskedAt, question.EditedAt, isMine,
            question.IsOwner, isMine || question.IsOwner, question.IsOwner || (isMine && !question.OthersAnswered), answers);
    }
}
