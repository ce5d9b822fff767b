using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Notifications.Mail;

/// <summary>One bank and one mail server for all tests of a class; each test has readers of its own.</summary>
public sealed class MailBank : IAsyncLifetime
{
    public const string Url = "https://marketplace.bank.example";

    private int _read;

    public Bank Bank { get; private set; } = null!;

    public MailServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await MailServerProcess.StartAsync();
        Bank = await Bank.OpenAsync(await new PostgresFixture().CreateDatabaseAsync(), Server.Fetching, Telling(Server.StartTls));
    }

    public async ValueTask DisposeAsync()
    {
        await Bank.DisposeAsync();
        await Server.DisposeAsync();
    }

    public static TellingSettings Telling(SmtpSettings? smtp) => new() { PublicUrl = Url, Smtp = smtp };

    /// <summary>Another replica, or one that an operator has set up in another way.</summary>
    public MailDispatcher Replica(SmtpSettings? smtp, FetchOptions? fetching = null) => new(
        Bank.Use<IDbContextFactory<MarketplaceDb>>(), new MailComposer(Telling(smtp)), Bank.Use<Unsubscribe>(), Telling(smtp), fetching ?? Server.Fetching,
        Bank.Use<OutboxMeter>(), Bank.Clock);

    /// <summary>Somebody new whose address begins like this.</summary>
    public async Task<Reader> ReaderAsync(string address, string name = "Rita Reader")
    {
        // What another test made the server pause for is over.
        Bank.Clock.Advance(TimeSpan.FromMinutes(6));
        var local = $"{address}{++_read}";
        await using var db = await Bank.OpenAsync();
        var person = new Person
        {
            UserName = local, NormalizedUserName = local.ToUpperInvariant(), DisplayName = name, Email = $"{local}@people.example", SecurityStamp = local,
            CreatedAt = Bank.Clock.GetUtcNow(),
        };
        db.Add(person);
        await db.SaveChangesAsync();
        return new(new Actor(person.Id, name, null, "127.0.0.1"), person.Email);
    }

    public async Task TellAsync(string kind, string subject, params IEnumerable<Reader> readers)
    {
        await using var db = await Bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await Inbox.TellAsync(
            db, Bank.Clock.GetUtcNow(), Bank.Admin, new(kind, subject, "Why: it is so.\n.A line that begins with a dot", "/requests/7"), new() { People = [.. readers.Select(r => r.Actor.Id)] }, default);
        await transaction.CommitAsync();
    }

    /// <summary>Until nothing is due.</summary>
    public async Task SendAsync(MailDispatcher? by = null)
    {
        var dispatcher = by ?? Bank.Use<MailDispatcher>();
        while (await dispatcher.StepAsync(default))
        {
        }
    }

    public IReadOnlyList<ReceivedMail> To(Reader reader) => [.. Server.Received.Where(mail => mail.To == reader.Email)];

    /// <summary>To a time of day.</summary>
    public void Until(int hour, int minute = 0)
    {
        var now = Bank.Clock.GetUtcNow();
        var then = new DateTimeOffset(now.UtcDateTime.Date.AddHours(hour).AddMinutes(minute), TimeSpan.Zero);
        Bank.Clock.Advance((then > now ? then : then.AddDays(1)) - now);
    }

    public Task<string?> StateAsync(Reader reader) => Bank.Database.ScalarAsync<string>(
        $"select state || ' ' || attempts || ' ' || coalesce(answer, '') from mail where person_id = '{reader.Actor.Id}' order by at desc limit 1");
}

public sealed record Reader(Actor Actor, string Email);
