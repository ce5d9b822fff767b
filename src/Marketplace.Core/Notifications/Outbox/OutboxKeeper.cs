using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>How long things wait, and what nobody needs any more.</summary>
public sealed class OutboxKeeper(IDbContextFactory<MarketplaceDb> databases, TellingSettings settings, OutboxMeter meter, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Without a mail server nobody gets, on the day that there is one, what is older than this.</summary>
    private static readonly TimeSpan KeptWithoutServer = TimeSpan.FromDays(3);

    public async Task<OutboxAge> LookAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var mail = settings.Smtp is null
            ? new Waiting(0, null)
            : await db.Database.SqlQuery<Waiting>($"select count(*) as \"Count\", min(at) as \"Oldest\" from mail where state = 'waiting'").SingleAsync(cancellation);
        var hooks = await db.Database.SqlQuery<Waiting>(
            $"""
            select count(*) as "Count", min(d.at) as "Oldest" from webhook_delivery d join webhook w on w.id = d.webhook_id
            where d.state = 'waiting' and w.disabled_at is null
            """).SingleAsync(cancellation);
        var age = new OutboxAge(mail.Count, SecondsOf(mail, now), hooks.Count, SecondsOf(hooks, now));
        meter.Look(age);
        return age;
    }

    public async Task ForgetAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"delete from mail where state <> 'waiting' and ended_at < {now - Kept}", cancellation);
        await db.Database.ExecuteSqlAsync($"delete from webhook_delivery where at < {now - Kept}", cancellation);
        await db.Database.ExecuteSqlAsync($"update webhook set old_secret = null, old_secret_until = null where old_secret_until < {now}", cancellation);
        if (settings.Smtp is null)
            await db.Database.ExecuteSqlAsync($"delete from mail_item where mail_id is null and at < {now - KeptWithoutServer}", cancellation);
    }

    private static double SecondsOf(Waiting waiting, DateTimeOffset now) => waiting.Oldest is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0;

    private sealed record Waiting(long Count, DateTimeOffset? Oldest);
}
