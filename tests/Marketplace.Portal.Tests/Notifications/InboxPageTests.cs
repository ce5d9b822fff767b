using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Notifications;

public sealed class InboxPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    [Fact]
    public async Task Opening_a_message_marks_it_read_and_leads_to_what_it_tells_of()
    {
        var app = shared.App;
        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        Assert.Contains("Nobody told you anything yet", (await dirk.PageAsync("/inbox")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await TellDirkAsync(app.Bank, "<b>Payments</b> v1 ends");
        await TellDirkAsync(app.Bank, "Guide changed");

        var inbox = await dirk.PageAsync("/inbox");
        Assert.Equal("2 unread or waiting for you", inbox.QuerySelector("nav a[href='/inbox'] .count")!.TextContent);
        var row = inbox.QuerySelectorAll(".messages > li").Single(li => li.TextContent.Contains("<b>Payments</b>", StringComparison.Ordinal));
        var opened = await dirk.PostAsync(row.QuerySelector("form")!.GetAttribute("action")!, "/inbox");
        Assert.Equal((HttpStatusCode.SeeOther, "/apis/payments/v1"), (opened.StatusCode, opened.Headers.Location!.OriginalString));
        Assert.Single((await dirk.PageAsync("/inbox?unread=true")).QuerySelectorAll(".messages > li"));

        using var program = await app.ProgramOfAsync(app.Bank.Dirk);
        var listed = await program.GetFromJsonAsync<PageBody<NotificationBody>>("/api/v1/notifications?unread=true");
        Assert.Equal("Guide changed", Assert.Single(listed!.Items).Subject);
        await dirk.PostAsync("/inbox/read", "/inbox", ("upTo", listed.Items[0].At.ToString("O")));
        Assert.Equal(0, (await program.GetFromJsonAsync<PageBody<NotificationBody>>("/api/v1/notifications?unread=true"))!.Total);
        Assert.Null((await dirk.PageAsync("/inbox")).QuerySelector("nav a[href='/inbox'] .count"));

        // Every page shows the count: it does not cost more because more waits.
        await app.Bank.Database.ExecuteAsync(
            $"""
            with told as (
              insert into notification (id, kind, subject, text, link, at)
              select gen_random_uuid(), kind, subject, text, link, at from (select * from notification limit 1) one, generate_series(1, 150) returning id, at)
            insert into inbox_entry (person_id, notification_id, at) select '{app.Bank.Dirk.Id}', id, at from told
            """);
        Assert.Equal("99+ unread or waiting for you", (await dirk.PageAsync("/inbox")).QuerySelector("nav a[href='/inbox'] .count")!.TextContent);

        // A list is counted a page further than it is read, and its end is exact.
        var reader = app.Bank.Use<InboxReader>();
        async Task<(int, bool, bool)> CountedAsync(int page)
        {
            var told = await reader.ListAsync(app.Bank.Dirk, unreadOnly: true, new PageRequest(page) { MostCounted = 30 }, default);
            return (told.Total, told.IsMore, told.HasNext);
        }

        Assert.Equal([(31, true, true), (51, true, true), (126, true, true), (150, false, false)], [await CountedAsync(1), await CountedAsync(2), await CountedAsync(5), await CountedAsync(6)]);
        var all = await reader.ListAsync(app.Bank.Dirk, unreadOnly: false, new PageRequest(), default);
        Assert.Equal($"1–25 of {all.Total}", (await dirk.PageAsync("/inbox")).QuerySelector(".pager-where")!.TextContent);
    }

    [Fact]
    public async Task Subscriptions_stand_in_the_inbox_and_end_there()
    {
        var app = shared.App;
        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        await dirk.PostAsync("/apis/payments/subscription", "/inbox", ("on", "true"));
        Assert.Equal("Payments", (await dirk.PageAsync("/inbox")).QuerySelector("details .rows strong")!.TextContent);
        var ended = await dirk.PostAsync("/apis/payments/subscription", "/inbox", ("on", "false"), ("returnUrl", "/inbox"));
        Assert.Equal("/inbox", ended.Headers.Location!.OriginalString);
        Assert.Null((await dirk.PageAsync("/inbox")).QuerySelector("details .rows"));
    }

    private static async Task TellDirkAsync(Bank bank, string subject)
    {
        await using var db = await bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await Inbox.TellAsync(
            db, bank.Clock.GetUtcNow(), bank.Olivia, new(NotificationKind.VersionDeprecated, subject, "Move on.", "/apis/payments/v1"), new() { People = [bank.Dirk.Id] }, default);
        await transaction.CommitAsync();
    }
}
