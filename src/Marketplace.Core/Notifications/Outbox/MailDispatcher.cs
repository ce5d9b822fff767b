using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications.Mail;
using Marketplace.Core.Notifications.Mail.Smtp;
using Marketplace.Core.Notifications.Preferences;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>
/// Sends the e-mails that are due. Any number of replicas share the work: each e-mail is leased to one of them. A process
/// that dies between sending and writing that it did sends again, under the same Message-ID. What the server puts off is
/// tried again for three days; what it refuses is given up and shown. While nobody answers, nothing counts as tried.
/// </summary>
public sealed class MailDispatcher(
    IDbContextFactory<MarketplaceDb> databases, MailComposer composer, Unsubscribe unsubscribe, TellingSettings settings, FetchOptions fetching, OutboxMeter meter,
    TimeProvider clock)
{
    private const int Batch = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <summary>Nobody answered for so long: half as long again, within these.</summary>
    private static readonly (TimeSpan Least, TimeSpan Most) Pause = (TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));

    /// <summary>True when there may be more to send at once.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        if (settings.Smtp is not { } smtp)
            return false;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        await composer.ComposeAsync(db, now, cancellation);
        if (await db.MailServers.AnyAsync(s => s.NextAt > now, cancellation))
            return false;
        var due = await LeaseAsync(db, now, cancellation);
        if (due.Count == 0)
            return false;
        var letters = await LoadAsync(db, due, cancellation);
        var (sent, isOpen) = (0, false);
        try
        {
            await using var session = await SmtpSession.OpenAsync(smtp, fetching, cancellation);
            isOpen = true;
            // The lease must outlast what is sent under it.
            for (; sent < letters.Count && clock.GetUtcNow() < now + (Lease / 2); sent++)
                await SendAsync(db, session, letters[sent], cancellation);
            await db.Database.ExecuteSqlAsync($"update mail_server set failing_since = null, answer = null, sent_at = {clock.GetUtcNow()}", cancellation);
        }
        catch (SmtpUnavailableException away)
        {
            await StandStillAsync(db, [.. letters.Skip(sent).Select(l => l.Id)], away.Message, cancellation);
            // Should it be this one that the server cannot bear, the others go first.
            if (isOpen && sent < letters.Count)
                await PutOffAsync(db, letters[sent], away.Message, cancellation);
            return false;
        }

        await ReleaseAsync(db, [.. letters.Skip(sent).Select(l => l.Id)], now, cancellation);
        return true;
    }

    private static Task<List<Leased>> LeaseAsync(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation) => db.Database.SqlQuery<Leased>(
        $"""
        with due as (select id from mail where state = 'waiting' and next_at <= {now} order by next_at, at limit {Batch} for update skip locked)
        update mail m set next_at = {now + Lease} from due where m.id = due.id returning m.id as "Id"
        """).ToListAsync(cancellation);

    private static async Task<List<Letter>> LoadAsync(MarketplaceDb db, List<Leased> due, CancellationToken cancellation)
    {
        var ids = due.Select(d => d.Id).ToArray();
        var letters = await db.OutgoingMails.AsNoTracking().Where(m => ids.Contains(m.Id)).OrderBy(m => m.At).ThenBy(m => m.Id)
            .Select(m => new Letter(m.Id, m.PersonId, m.Cadence, m.Period, m.At, m.Attempts, m.Person!.DisplayName, m.Person.DisabledAt == null ? m.Person.Email : null))
            .ToListAsync(cancellation);
        var lines = await db.MailItems.Where(i => i.MailId != null && ids.Contains(i.MailId.Value))
            .Join(db.Notifications, i => i.NotificationId, n => n.Id, (i, n) => new { i.MailId, Line = new MailLine(n.Kind, n.Subject, n.Text, n.Link, n.At) })
            .ToListAsync(cancellation);
        foreach (var group in lines.GroupBy(l => l.MailId))
            letters.Single(l => l.Id == group.Key).Lines.AddRange(group.Select(l => l.Line).OrderBy(l => l.At));
        return letters;
    }

    private async Task SendAsync(MarketplaceDb db, SmtpSession session, Letter letter, CancellationToken cancellation)
    {
        if (letter.Lines.Count == 0 || MailAddress.Wire(letter.Email) is not { } to)
        {
            await EndAsync(db, letter, MailState.GivenUp, letter.Lines.Count == 0 ? "There is nothing left to tell." : "There is no address that e-mail could go to.", cancellation);
            return;
        }

        var reply = await session.SendAsync(to, Write(letter, to).ToBytes(), cancellation);
        var now = clock.GetUtcNow();
        if (reply.IsGood)
            await EndAsync(db, letter, MailState.Sent, reply.ToString(), cancellation);
        else if (reply.IsForGood || now - letter.At >= Backoff.GivenUpAfter)
            await EndAsync(db, letter, MailState.GivenUp, reply.ToString(), cancellation);
        else
            await PutOffAsync(db, letter, reply.ToString(), cancellation);
    }

    private Task<int> PutOffAsync(MarketplaceDb db, Letter letter, string answer, CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"update mail set attempts = attempts + 1, answer = {answer}, next_at = {clock.GetUtcNow() + Backoff.After(letter.Attempts + 2)} where id = {letter.Id} and state = 'waiting'",
        cancellation);

    private async Task EndAsync(MarketplaceDb db, Letter letter, MailState state, string answer, CancellationToken cancellation)
    {
        meter.Mailed(state);
        var now = clock.GetUtcNow();
        await db.OutgoingMails.Where(m => m.Id == letter.Id && m.State == MailState.Waiting).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, state).SetProperty(x => x.Answer, answer).SetProperty(x => x.EndedAt, now).SetProperty(x => x.Attempts, x => x.Attempts + 1), cancellation);
    }

    private MimeMessage Write(Letter letter, string to)
    {
        var smtp = settings.Smtp!;
        var text = letter.Period is { } period
            ? MailText.OfDigest(letter.Lines, letter.Cadence, period, settings.PublicUrl)
            : MailText.OfOne(letter.Lines[0], settings.PublicUrl);
        var mutable = letter.Lines.Select(l => l.Category).Where(c => !NotificationCategories.IsFixed(c)).Distinct().ToList();
        return new(smtp.From, smtp.FromName, to, letter.Name, text.Subject, text.Text, text.Html, $"<{letter.Id:N}@{smtp.Domain}>", letter.At)
        {
            UnsubscribeUrl = mutable.Count == 0 ? null : $"{settings.PublicUrl}/unsubscribe/{unsubscribe.TokenFor(letter.PersonId, mutable)}",
        };
    }

    /// <summary>Nobody tries for a while; what cannot be sent for three days is given up, as if the server had said so.</summary>
    private async Task StandStillAsync(MarketplaceDb db, Guid[] unsent, string answer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var since = await db.MailServers.Select(s => s.FailingSince).SingleAsync(cancellation) ?? now;
        var pause = TimeSpan.FromTicks(Math.Clamp(((now - since) / 2).Ticks, Pause.Least.Ticks, Pause.Most.Ticks));
        await db.Database.ExecuteSqlAsync($"update mail_server set failing_since = {since}, answer = {answer}, next_at = {now + pause}", cancellation);
        await ReleaseAsync(db, unsent, now, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"update mail set state = 'given_up', ended_at = {now}, answer = {answer} where state = 'waiting' and at <= {now - Backoff.GivenUpAfter}", cancellation);
    }

    private static Task<int> ReleaseAsync(MarketplaceDb db, Guid[] unsent, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"update mail set next_at = {now} where id = any({unsent}) and state = 'waiting'", cancellation);

    private sealed record Leased(Guid Id);

    private sealed record Letter(Guid Id, Guid PersonId, MailCadence Cadence, DateTimeOffset? Period, DateTimeOffset At, int Attempts, string Name, string? Email)
    {
        public List<MailLine> Lines { get; } = [];
    }
}
