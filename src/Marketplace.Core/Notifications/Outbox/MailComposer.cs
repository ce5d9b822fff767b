using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>
/// Makes e-mails of what waits to be mailed: one of each thing that is told at once, one per person and period of what
/// waits for a digest. One replica does so at a time. What was committed after its digest was made goes with the next.
/// </summary>
public sealed class MailComposer(TellingSettings settings)
{
    // "mail" in ASCII; any number will do as long as it stays.
    private const long LockKey = 0x6d61696c;
    private const int MostAtOnce = 500;

    /// <summary>How many e-mails were made.</summary>
    internal async Task<int> ComposeAsync(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.Database.SqlQuery<bool>($"select pg_try_advisory_xact_lock({LockKey}) as \"Value\"").SingleAsync(cancellation))
            return 0;
        var made = await AtOnceAsync(db, now, cancellation)
            + await DigestsAsync(db, "hourly", HourOf(now), now, cancellation)
            + await DigestsAsync(db, "daily", DayOf(now), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return made;
    }

    private static DateTimeOffset HourOf(DateTimeOffset now) => new(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);

    private DateTimeOffset DayOf(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date.AddHours(settings.DigestHour), TimeSpan.Zero);
        return today <= now ? today : today.AddDays(-1);
    }

    private static Task<int> AtOnceAsync(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"""
        with due as materialized (
          select person_id, notification_id, gen_random_uuid() as mail_id
          from mail_item where mail_id is null and cadence = 'at_once' order by at limit {MostAtOnce} for update),
        made as (
          insert into mail (id, person_id, cadence, at, state, next_at, attempts)
          select mail_id, person_id, 'at_once', {now}, 'waiting', {now}, 0 from due)
        update mail_item i set mail_id = due.mail_id from due where i.person_id = due.person_id and i.notification_id = due.notification_id
        """,
        cancellation);

    /// <summary>What its reader has read meanwhile is left out; nothing is sent of nothing.</summary>
    private static async Task<int> DigestsAsync(MarketplaceDb db, string cadence, DateTimeOffset period, DateTimeOffset now, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            delete from mail_item i using inbox_entry e
            where i.mail_id is null and i.cadence = {cadence} and i.at < {period}
              and e.person_id = i.person_id and e.notification_id = i.notification_id and e.read_at is not null
            """,
            cancellation);
        return await db.Database.ExecuteSqlAsync(
            $"""
            with due as materialized (
              select person_id, gen_random_uuid() as mail_id
              from (select distinct person_id from mail_item where mail_id is null and cadence = {cadence} and at < {period}) i
              where not exists (select from mail m where m.person_id = i.person_id and m.cadence = {cadence} and m.period = {period})
              limit {MostAtOnce}),
            made as (
              insert into mail (id, person_id, cadence, period, at, state, next_at, attempts)
              select mail_id, person_id, {cadence}, {period}, {now}, 'waiting', {now}, 0 from due)
            update mail_item i set mail_id = due.mail_id from due
            where i.person_id = due.person_id and i.mail_id is null and i.cadence = {cadence} and i.at < {period}
            """,
            cancellation);
    }
}
