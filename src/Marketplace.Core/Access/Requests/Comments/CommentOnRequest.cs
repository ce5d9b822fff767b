using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Comments;

/// <summary>Whoever sees a request, but auditors, says something on it; the other side and those who spoke before are told.</summary>
public sealed class CommentOnRequest(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumMarkdown = 4000;
    public const int PerHour = 30;

    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, long number, string markdown, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var request = await db.AccessRequests.SeenBy(actor).SingleOrDefaultAsync(r => r.Number == number, cancellation);
        if (request is null)
            return new Problem(Problem.NotFound, $"There is no request {number} that you may see.");
        if (actor.Role is PlatformRole.Auditor)
            return new Problem(Problem.Forbidden, "An auditor reads everything and changes nothing.");
        if (string.IsNullOrWhiteSpace(markdown) || markdown.Length > MaximumMarkdown)
            return new Problem("markdown_length", $"Write 1 to {MaximumMarkdown} characters.", "markdown");
        var now = clock.GetUtcNow();
        // Each goes to the inboxes of others. The person's row is held, so that many at once are counted too.
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for no key update", cancellation);
        if (await db.RequestComments.CountAsync(c => c.WrittenBy == actor.Id && c.WrittenAt > now.AddHours(-1), cancellation) >= PerHour)
            return new Problem(Problem.TooMany, $"You have written {PerHour} comments within an hour. Go on in a while.", "markdown");

        var comment = new RequestComment { AccessRequestId = request.Id, Markdown = markdown.Trim(), WrittenBy = actor.Id, WrittenAt = now };
        var earlier = await db.RequestComments.Where(c => c.AccessRequestId == request.Id).Select(c => c.WrittenBy).Distinct().ToListAsync(cancellation);
        // Only those of them who see the request still: whoever left its teams reads no more of it.
        var spoke = earlier.Append(request.RequestedBy).ToArray();
        var people = await db.People.Where(p => spoke.Contains(p.Id) && (p.PlatformRole != null || db.Memberships.Any(m => m.PersonId == p.Id
            && (db.Applications.Any(a => a.Id == request.ApplicationId && a.TeamId == m.TeamId)
                || db.AccessRequestItems.Any(i => i.AccessRequestId == request.Id && i.Operation!.ApiVersion!.Api!.TeamId == m.TeamId))))).Select(p => p.Id).ToListAsync(cancellation);
        var owners = await db.AccessRequestItems.Where(i => i.AccessRequestId == request.Id)
            .Select(i => i.Operation!.ApiVersion!.Api!.TeamId).Distinct().ToListAsync(cancellation);
        db.Add(comment);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.RequestCommented, $"{actor.Name} commented on request {number}",
                comment.Markdown.Length <= 300 ? comment.Markdown : string.Concat(comment.Markdown.AsSpan(0, 299), "…"), $"/requests/{number}#comment-{comment.Id}"),
            new() { People = people, OwnersOfTeams = owners }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("access_request.commented", "access_request", number.ToString(), $"request {number}", null, new { comment = comment.Id, text = comment.Markdown }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return comment.Id;
    }
}
