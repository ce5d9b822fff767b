using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Preferences;

namespace Marketplace.Core.Tests.Notifications.Mail;

public sealed class DigestTests(MailBank mails) : IClassFixture<MailBank>
{
    [Fact]
    public async Task A_digest_is_one_mail_a_day_with_what_came_since_and_none_when_there_is_nothing()
    {
        var (reader, other) = (await mails.ReaderAsync("daily"), await mails.ReaderAsync("busy"));
        mails.Until(9);
        await mails.TellAsync(NotificationKind.GuidePublished, "A new guide", reader, other);
        await mails.TellAsync(NotificationKind.QuestionAsked, "A question", reader);
        await mails.TellAsync(NotificationKind.RevisionPublished, "A revision", reader);
        await mails.SendAsync();
        mails.Until(5, 59);
        await mails.SendAsync();
        Assert.Empty(mails.To(reader));
        // Whoever has read it by now is not told again.
        await mails.Bank.Use<MarkRead>().AllAsync(other.Actor, null, default);

        mails.Until(6, 1);
        await mails.SendAsync();
        await mails.SendAsync();
        var digest = Assert.Single(mails.To(reader));
        Assert.Matches("^3 messages of the day to [0-9]{1,2} [A-Z][a-z]{2} 2026$", digest.Subject);
        Assert.Matches("(?s)APIs that you call or follow\n- A new guide\n  https://marketplace.bank.example/requests/7\n- A revision\n.*Questions and answers\n- A question\n", digest.Text);
        Assert.Empty(mails.To(other));
        mails.Until(7);
        await mails.SendAsync();
        mails.Until(6, 1);
        await mails.SendAsync();
        Assert.Single(mails.To(reader));
    }

    [Fact]
    public async Task What_was_committed_after_its_digest_goes_with_the_next_one()
    {
        var reader = await mails.ReaderAsync("late");
        mails.Until(5);
        await mails.TellAsync(NotificationKind.GuidePublished, "In time", reader);
        mails.Until(6, 1);
        await mails.SendAsync();
        await mails.TellAsync(NotificationKind.GuidePublished, "Late", reader);
        await mails.Bank.Database.ExecuteAsync($"update mail_item set at = at - interval '1 hour' where person_id = '{reader.Actor.Id}' and mail_id is null");
        await mails.SendAsync();
        Assert.Equal("In time", Assert.Single(mails.To(reader)).Subject);
        mails.Until(6, 1);
        await mails.SendAsync();
        Assert.Equal(["In time", "Late"], mails.To(reader).Select(m => m.Subject));
    }

    [Fact]
    public async Task Everybody_chooses_how_soon_and_security_is_told_at_once_whatever_they_choose()
    {
        var reader = await mails.ReaderAsync("chooser");
        var preferences = mails.Bank.Use<ChoosePreferences>();
        mails.Until(10, 10);
        await mails.TellAsync(NotificationKind.GuidePublished, "Before", reader);
        var set = await preferences.SetAsync(
            reader.Actor, new Dictionary<NotificationCategory, MailCadence> { [NotificationCategory.Changes] = MailCadence.Hourly, [NotificationCategory.Waiting] = MailCadence.Never }, default);
        Assert.True(set.Succeeded);
        await mails.TellAsync(NotificationKind.AccessRequested, "Muted", reader);
        await mails.TellAsync(NotificationKind.GuidePublished, "After", reader);
        await mails.SendAsync();
        Assert.Empty(mails.To(reader));
        mails.Until(11);
        await mails.SendAsync();
        Assert.Equal(["Before", "After"], Assert.Single(mails.To(reader)).Text.Split('\n').Where(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(l => l[2..]));
        Assert.Equal(3, (await mails.Bank.Use<InboxReader>().ListAsync(reader.Actor, false, new(), default)).Total);

        var muted = await preferences.SetAsync(reader.Actor, new Dictionary<NotificationCategory, MailCadence> { [NotificationCategory.Security] = MailCadence.Never }, default);
        Assert.Equal("category_fixed", Assert.Single(muted.Problems).Code);
        Assert.Equal(
            """{"before":{"waiting":"at_once","changes":"daily"},"after":{"waiting":"never","changes":"hourly"}}""",
            await mails.Bank.Database.ScalarAsync<string>($"select (content::json -> 'details')::text from audit_event where actor_id = '{reader.Actor.Id}'"));
    }

    [Fact]
    public async Task The_link_in_a_mail_ends_mails_like_it_and_no_other_link_does()
    {
        var reader = await mails.ReaderAsync("gone");
        await mails.TellAsync(NotificationKind.AccessRequested, "One", reader);
        await mails.TellAsync(NotificationKind.GuidePublished, "Waiting for the digest", reader);
        await mails.SendAsync();
        var token = Assert.Single(mails.To(reader)).Headers["list-unsubscribe"].Trim().TrimEnd('>').Split('/')[^1];
        var unsubscribe = mails.Bank.Use<Unsubscribe>();
        for (var i = 0; i < token.Length; i++)
            Assert.Null(unsubscribe.Read(string.Concat(token.AsSpan(0, i), token[i] == 'A' ? "B" : "A", token.AsSpan(i + 1))) is { } other && other.PersonId == reader.Actor.Id ? other : null);
        Assert.Null(await unsubscribe.ExecuteAsync(token[..^1], "mail", default));

        Assert.Equal([NotificationCategory.Waiting], (await unsubscribe.ExecuteAsync(token, "mail", default))!.Categories);
        await mails.TellAsync(NotificationKind.AccessRequested, "Two", reader);
        await unsubscribe.ExecuteAsync(unsubscribe.TokenFor(reader.Actor.Id, [NotificationCategory.Changes]), "mail", default);
        mails.Until(6, 1);
        await mails.SendAsync();
        Assert.Equal("One", Assert.Single(mails.To(reader)).Subject);
    }
}
