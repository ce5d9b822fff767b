using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>
/// Tells the team, and the teams whose applications would be refused, that a line will soon be enforced by itself: three
/// days before, or halfway where it lasts for less than six. Any replica may be the one that does.
/// </summary>
public sealed class ShadowReminder(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>False when nothing is due.</summary>
    public async Task<bool> RemindNextAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var mode = (await db.ShadowModes.FromSql(
            $"""
            select s.* from shadow_mode s join api_version v on v.id = s.api_version_id
            where s.began_at is not null and s.reminded_at is null and v.lifecycle <> 'retired'
              and s.until > {now} and s.until - least(interval '3 days', (s.until - s.asked_at) / 2) <= {now}
            order by s.until limit 1 for update of s skip locked
            """).ToListAsync(cancellation)).FirstOrDefault();
        if (mode is null)
            return false;
        mode.RemindedAt = now;
        await db.SaveChangesAsync(cancellation);
        var line = await db.ApiVersions.Include(v => v.Api).SingleAsync(v => v.Id == mode.ApiVersionId, cancellation);
        var cutOff = await CutOff.OfAsync(db, line.Id, mode.Environment, now, cancellation);
        var (title, day) = ($"{line.Api!.Title} {line.Version}", $"{mode.Until:yyyy-MM-dd HH:mm} UTC");
        await Inbox.TellAsync(
            db, now, Actor.System,
            new(NotificationKind.ShadowMode, $"{title} is enforced in {mode.Environment} from {mode.Until:yyyy-MM-dd}",
                $"On {day} shadow mode ends by itself. {cutOff.Sentence}", ShadowNews.LinkTo(line, mode.Environment)),
            new() { Teams = [line.Api.TeamId] }, cancellation);
        if (cutOff.Teams.Count > 0)
            await Inbox.TellAsync(
                db, now, Actor.System,
                new(NotificationKind.ShadowMode, $"{title} will refuse calls of your application from {mode.Until:yyyy-MM-dd}",
                    $"In {mode.Environment} one of your applications calls what it has no grant for. That is let through until {day}. Ask for what it needs.",
                    $"/apis/{line.Api.Name}/{line.Version}"),
                new() { Teams = cutOff.Teams }, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
