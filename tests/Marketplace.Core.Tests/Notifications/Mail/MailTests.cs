using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Notifications.Mail;

public sealed class MailTests(MailBank mails) : IClassFixture<MailBank>
{
    [Fact]
    public async Task What_waits_for_somebody_is_mailed_at_once_and_other_peoples_software_reads_it()
    {
        var reader = await mails.ReaderAsync("reader", "Zoë \"Z\" de Wït <zoe>");
        await mails.TellAsync(NotificationKind.AccessRequested, "Überweisung <b>asks</b> for 2 endpoints of a line whose name is long enough that its header has to be folded", reader);
        await mails.SendAsync();

        var mail = Assert.Single(mails.To(reader));
        Assert.Equal((true, "marketplace", "marketplace@bank.example"), (mail.Secure, mail.User, mail.From));
        Assert.Equal((new MailParty("Marketplace", "marketplace@bank.example"), new MailParty("Zoë \"Z\" de Wït <zoe>", reader.Email)), (mail.Sender, mail.Reader));
        Assert.Equal("Überweisung <b>asks</b> for 2 endpoints of a line whose name is long enough that its header has to be folded", mail.Subject);
        Assert.Contains("Why: it is so.\n.A line that begins with a dot\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"{MailBank.Url}/requests/7\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;asks&lt;/b&gt;", mail.Html, StringComparison.Ordinal);
        Assert.Equal(("auto-generated", "List-Unsubscribe=One-Click", true), (mail.Headers["auto-submitted"], mail.Headers["list-unsubscribe-post"], mail.Ascii));
        Assert.StartsWith($"<{MailBank.Url}/unsubscribe/", mail.Headers["list-unsubscribe"].Trim(), StringComparison.Ordinal);
        Assert.Equal("sent 1 250", (await mails.StateAsync(reader))![..10]);
        await mails.SendAsync();
        Assert.Single(mails.To(reader));
    }

    [Fact]
    public async Task Nothing_that_a_person_writes_becomes_a_header()
    {
        var reader = await mails.ReaderAsync("header", "Eve\r\nBcc: eve@evil.example");
        await mails.TellAsync(NotificationKind.AccessRequested, "Hello\r\nBcc: eve@evil.example\r\n\r\nA body", reader);
        await mails.SendAsync();
        var mail = Assert.Single(mails.To(reader));
        Assert.Equal(("Hello  Bcc: eve@evil.example    A body", "Eve  Bcc: eve@evil.example"), (mail.Subject, mail.Reader.Name));
        Assert.False(mail.Headers.ContainsKey("bcc"));

        var nobody = await mails.ReaderAsync("nobody");
        await mails.Bank.Database.ExecuteAsync($"update person set email = E'a@b.example>\\r\\nRCPT TO:<eve@evil.example' where id = '{nobody.Actor.Id}'");
        await mails.TellAsync(NotificationKind.AccessRequested, "Hello", nobody);
        await mails.SendAsync();
        Assert.Equal("given_up 1 There is no address that e-mail could go to.", await mails.StateAsync(nobody));
        Assert.DoesNotContain(mails.Server.Received, m => m.To.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Put_off_is_tried_again_and_refused_is_given_up_and_shown()
    {
        var (busy, never, greylisted, broken, other) = (
            await mails.ReaderAsync("busy-"), await mails.ReaderAsync("never-"), await mails.ReaderAsync("greylist"), await mails.ReaderAsync("broken-"), await mails.ReaderAsync("other"));
        await mails.TellAsync(NotificationKind.AccessRequested, "Once", busy, never, greylisted, broken, other);
        await mails.SendAsync();
        // The connection broke with one of them, the others go after a moment.
        mails.Bank.Clock.Advance(TimeSpan.FromSeconds(20));
        await mails.SendAsync();
        Assert.Equal("waiting 1 451 Come back later", await mails.StateAsync(busy));
        Assert.Equal("given_up 1 550 No such mailbox", await mails.StateAsync(never));
        Assert.Equal("550 No such mailbox", (await mails.Bank.Use<ChoosePreferences>().ReadAsync(never.Actor, default)).Undelivered![..19]);

        mails.Bank.Clock.Advance(TimeSpan.FromMinutes(2));
        await mails.SendAsync();
        Assert.Equal(("Once", "Once", "Once"), (Assert.Single(mails.To(busy)).Subject, Assert.Single(mails.To(broken)).Subject, Assert.Single(mails.To(other)).Subject));
        for (var hour = 0; hour < 70; hour += 2)
        {
            mails.Bank.Clock.Advance(TimeSpan.FromHours(2));
            await mails.SendAsync();
        }

        Assert.StartsWith("waiting", await mails.StateAsync(greylisted), StringComparison.Ordinal);
        mails.Bank.Clock.Advance(TimeSpan.FromDays(2));
        await mails.SendAsync();
        Assert.StartsWith("given_up", await mails.StateAsync(greylisted), StringComparison.Ordinal);
        Assert.Empty(mails.To(never));
    }

    [Fact]
    public async Task A_server_that_is_down_for_an_hour_loses_nothing_and_counts_as_no_attempt()
    {
        var reader = await mails.ReaderAsync("patient");
        var down = mails.Replica(mails.Server.StartTls with { Port = LoopbackPort.Pick() });
        await mails.TellAsync(NotificationKind.AccessRequested, "First", reader);
        for (var minute = 0; minute < 60; minute += 10)
        {
            await mails.SendAsync(down);
            mails.Bank.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal("waiting 0 ", await mails.StateAsync(reader));
        var said = await mails.Bank.Database.ScalarAsync<string>("select extract(epoch from now() - now())::int || answer from mail_server where failing_since is not null");
        Assert.Contains("cannot be used: Connection refused", said, StringComparison.Ordinal);
        await mails.SendAsync();
        Assert.Equal("First", Assert.Single(mails.To(reader)).Subject);
        Assert.True(await mails.Bank.Database.ScalarAsync<bool>("select failing_since is null and sent_at is not null from mail_server"));
    }

    [Fact]
    public async Task Dying_between_sending_and_writing_that_it_was_sent_sends_again_under_the_same_message_id()
    {
        var reader = await mails.ReaderAsync("twice");
        await mails.TellAsync(NotificationKind.AccessRequested, "Twice", reader);
        await mails.Bank.Database.ExecuteAsync(
            """
            create function die() returns trigger language plpgsql as $$ begin raise exception 'as if killed'; end $$;
            create trigger die before update on mail for each row when (new.state = 'sent') execute function die()
            """);
        await Assert.ThrowsAnyAsync<Exception>(() => mails.SendAsync());
        await mails.Bank.Database.ExecuteAsync("drop trigger die on mail; drop function die");

        // Nobody takes it from who may still be sending it.
        await mails.SendAsync(mails.Replica(mails.Server.StartTls));
        Assert.Single(mails.To(reader));
        mails.Bank.Clock.Advance(TimeSpan.FromMinutes(16));
        await mails.SendAsync(mails.Replica(mails.Server.StartTls));
        Assert.Equal(2, mails.To(reader).Count);
        Assert.Single(mails.To(reader).Select(m => m.MessageId).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_replicas_send_each_mail_once()
    {
        var readers = new List<Reader>();
        for (var i = 0; i < 60; i++)
            readers.Add(await mails.ReaderAsync("many"));
        await mails.TellAsync(NotificationKind.AccessRequested, "To all", readers);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => mails.SendAsync(mails.Replica(mails.Server.Tls))));
        await mails.SendAsync();
        Assert.All(readers, reader => Assert.Single(mails.To(reader)));
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_that_is_not_believed_or_does_not_know_us()
    {
        var reader = await mails.ReaderAsync("careful");
        await mails.TellAsync(NotificationKind.AccessRequested, "Careful", reader);
        (SmtpSettings, FetchOptions?, string)[] wrong =
        [
            (mails.Server.StartTls, new FetchOptions(), "certificate"),
            (mails.Server.Tls, new FetchOptions(), "certificate"),
            (mails.Server.Plain with { Security = SmtpSecurity.StartTls }, null, "does not offer STARTTLS"),
            (mails.Server.StartTls with { Password = "wrong" }, null, "does not take our name and password: 535"),
            (mails.Server.StartTls with { From = "marketplace@other.example" }, null, "does not take e-mail from marketplace@other.example: 553"),
        ];
        foreach (var (smtp, fetching, said) in wrong)
        {
            await mails.SendAsync(mails.Replica(smtp, fetching));
            Assert.Contains(said, await mails.Bank.Database.ScalarAsync<string>("select answer from mail_server"), StringComparison.OrdinalIgnoreCase);
            mails.Bank.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Empty(mails.To(reader));
        await mails.SendAsync(mails.Replica(mails.Server.Plain));
        Assert.Equal((false, null), (Assert.Single(mails.To(reader)).Secure, mails.To(reader)[0].User));
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_piles_up()
    {
        var reader = await mails.ReaderAsync("later");
        await mails.TellAsync(NotificationKind.AccessRequested, "Long ago", reader);
        var keeper = new OutboxKeeper(mails.Bank.Use<IDbContextFactory<MarketplaceDb>>(), MailBank.Telling(null), mails.Bank.Use<OutboxMeter>(), mails.Bank.Clock);
        await keeper.ForgetAsync(default);
        Assert.Equal(1, await mails.Bank.Database.ScalarAsync<long>($"select count(*) from mail_item where person_id = '{reader.Actor.Id}'"));
        mails.Bank.Clock.Advance(TimeSpan.FromDays(4));
        await keeper.ForgetAsync(default);
        await mails.SendAsync();
        Assert.Empty(mails.To(reader));
    }
}
