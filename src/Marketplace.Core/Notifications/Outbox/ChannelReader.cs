using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Mail;
using Marketplace.Core.Notifications.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Outbox;

/// <param name="Server">Host and port; null: e-mail is not set up.</param>
/// <param name="From">The sender.</param>
/// <param name="FailingSince">Since when the server takes nothing.</param>
/// <param name="Answer">What it said last, when it failed.</param>
/// <param name="SentAt">When it last took something.</param>
/// <param name="Waiting">E-mails that wait.</param>
/// <param name="OldestSeconds">How long the oldest of them does.</param>
public sealed record MailChannel(string? Server, string? From, DateTimeOffset? FailingSince, string? Answer, DateTimeOffset? SentAt, long Waiting, double OldestSeconds)
{
    public const string NotSetUp = "E-mail is not set up: MARKETPLACE_SMTP_HOST names no mail server, so people are told in their inbox only.";
}

public sealed record GivenUpMail(string UserName, string DisplayName, string? Email, DateTimeOffset At, string? Answer);

public sealed record FailingWebhook(Guid Id, string Team, string TeamTitle, string Url, DateTimeOffset? FailingSince, DateTimeOffset? DisabledAt, WebhookStop? DisabledWhy);

/// <param name="Mail">E-mail.</param>
/// <param name="GivenUp">E-mails of 30 days that no server would take, the newest first.</param>
/// <param name="Webhooks">How many there are.</param>
/// <param name="WaitingPosts">Deliveries that wait.</param>
/// <param name="OldestPostSeconds">How long the oldest of them does.</param>
/// <param name="Failing">Webhooks that take nothing, or were turned off for it.</param>
public sealed record Channels(MailChannel Mail, Page<GivenUpMail> GivenUp, int Webhooks, long WaitingPosts, double OldestPostSeconds, IReadOnlyList<FailingWebhook> Failing);

/// <summary>How the ways work by which people and programs are told. For the platform roles.</summary>
public sealed class ChannelReader(IDbContextFactory<MarketplaceDb> databases, OutboxKeeper keeper, TellingSettings settings)
{
    private const int MostFailing = 100;

    public async Task<Channels> ReadAsync(PageRequest page, CancellationToken cancellation)
    {
        var age = await keeper.LookAsync(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var server = await db.MailServers.AsNoTracking().SingleAsync(cancellation);
        var smtp = settings.Smtp;
        return new(
            new(smtp is null ? null : $"{smtp.Host}:{smtp.Port}", smtp?.From, server.FailingSince, server.Answer, server.SentAt, age.Mails, age.MailSeconds),
            await db.OutgoingMails.Where(m => m.State == MailState.GivenUp).OrderByDescending(m => m.EndedAt).ThenBy(m => m.Id)
                .Select(m => new GivenUpMail(m.Person!.UserName, m.Person.DisplayName, m.Person.Email, m.EndedAt!.Value, m.Answer)).ToPageAsync(page, cancellation),
            await db.Webhooks.CountAsync(cancellation), age.Webhooks, age.WebhookSeconds,
            await db.Webhooks.Where(w => w.FailingSince != null || (w.DisabledAt != null && w.DisabledWhy != WebhookStop.ByHand))
                .OrderBy(w => w.FailingSince).ThenBy(w => w.Id).Take(MostFailing)
                .Select(w => new FailingWebhook(w.Id, w.Team!.Name, w.Team.Title, w.Url, w.FailingSince, w.DisabledAt, w.DisabledWhy)).ToListAsync(cancellation));
    }
}
