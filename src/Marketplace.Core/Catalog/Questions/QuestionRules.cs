using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Questions;

/// <summary>What holds for questions and answers alike.</summary>
internal static class QuestionRules
{
    public const int PerHour = 20;
    private const int MaximumMarkdown = 10_000;

    public static IQueryable<Question> Shown(MarketplaceDb db, Actor actor, string api, long number)
    {
        var apis = db.Apis.VisibleTo(actor).Where(a => a.Name == api).Select(a => a.Id);
        return db.Questions.Where(q => q.Number == number && q.RemovedAt == null && apis.Contains(q.ApiId));
    }

    /// <summary>One change at a time to a question and its answers: one that is being removed takes none.</summary>
    public static Task HoldAsync(MarketplaceDb db, long number, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from question where number = {number} for update", cancellation);

    /// <summary>Held, for whoever asked it and for owners of the API; null for everybody else.</summary>
    public static async Task<Question?> HoldOwnAsync(MarketplaceDb db, Actor actor, string api, long number, CancellationToken cancellation)
    {
        await HoldAsync(db, number, cancellation);
        return await Shown(db, actor, api, number)
            .Where(q => q.AskedBy == actor.Id || q.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner))
            .Include(q => q.Api).SingleOrDefaultAsync(cancellation);
    }

    public static string Link(string api, long number) => $"/apis/{api}/questions/{number}";

    public static Problem? NoAuditor(Actor actor) =>
        actor.Role is PlatformRole.Auditor ? new(Problem.Forbidden, "An auditor reads everything and changes nothing.") : null;

    /// <summary>Each goes to the inboxes of others. The person's row is held, so that many at once are counted too.</summary>
    public static async Task<Problem?> CheckRateAsync(MarketplaceDb db, Actor actor, string field, DateTimeOffset now, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for no key update", cancellation);
        var since = now.AddHours(-1);
        var written = await db.Questions.CountAsync(q => q.AskedBy == actor.Id && q.AskedAt > since, cancellation)
            + await db.Answers.CountAsync(a => a.AnsweredBy == actor.Id && a.AnsweredAt > since, cancellation);
        return written < PerHour ? null : new(Problem.TooMany, $"You have written {PerHour} questions and answers within an hour. Go on in a while.", field);
    }

    public static List<Problem> CheckQuestion(string title, string markdown)
    {
        var problems = new List<Problem>();
        if (title.Trim().Length is < 10 or > 150)
            problems.Add(new("title_length", "Ask in one line of 10 to 150 characters, so that others find it.", "title"));
        if (markdown.Length > MaximumMarkdown)
            problems.Add(new("markdown_length", $"Describe it in at most {MaximumMarkdown} characters.", "markdown"));
        return problems;
    }

    public static Problem? CheckAnswer(string markdown) => string.IsNullOrWhiteSpace(markdown) || markdown.Length > MaximumMarkdown
        ? new("markdown_length", $"Answer in 1 to {MaximumMarkdown} characters.", "markdown")
        : null;

    public static Problem? CheckReason(string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 2000
        ? new("reason_missing", "Say why in at most 2000 characters; its author will read it.", "reason")
        : null;

    /// <summary>Whoever removes their own is not told.</summary>
    public static Task TellRemovedAsync(
        MarketplaceDb db, Actor actor, Guid author, string subject, string? reason, string api, DateTimeOffset now, CancellationToken cancellation) =>
        Inbox.TellAsync(
            db, now, actor, new(NotificationKind.QuestionRemoved, subject, $"By an owner of the API.\nWhy: {reason?.Trim()}", $"/apis/{api}/questions"),
            new() { People = [author] }, cancellation);

    public static Task RecordAsync(
        MarketplaceDb db, Actor actor, Api api, string action, long number, string? reason, object? before, object? after, DateTimeOffset now, CancellationToken cancellation) =>
        AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(action, "api", api.Id.ToString(), api.Name, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), new { question = number, before, after }), cancellation);
}
