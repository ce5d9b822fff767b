using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Catalog;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

public sealed class CommentTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Both_sides_talk_are_told_and_the_timeline_says_who_is_next()
    {
        await using var bank = await TwoApis.OpenAsync(postgres);
        var number = await TwoApis.AskAsync(bank, "payments/v1/getPayment", "payments/v1/listPayments", "cards/v1/listCards");
        Assert.True((await CommentAsync(bank, bank.Olivia, number, "For **which** customers?")).Succeeded);
        Assert.Equal("Olivia Owner commented on request " + number, (await InboxAsync(bank, bank.Dirk))[0].Subject);
        Assert.True((await CommentAsync(bank, bank.Dirk, number, "Retail only.")).Succeeded);
        foreach (var owner in new[] { bank.Olivia, bank.Oscar, bank.Carla })
            Assert.Equal("Dirk Developer commented on request " + number, (await InboxAsync(bank, owner))[0].Subject);
        Assert.DoesNotContain(await InboxAsync(bank, bank.Dirk), m => m.Subject.StartsWith("Dirk", StringComparison.Ordinal));

        bank.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await TwoApis.DecideAsync(bank, bank.Olivia, number, new("getPayment", true, "Fits."), new("listPayments", false, "One by one."))).Succeeded);

        var details = await bank.Use<AccessRequestReader>().FindAsync(bank.Dirk, number, default);
        var comments = await bank.Use<RequestCommentReader>().ListAsync(bank.Auditor, number, new(), default);
        Assert.Equal(
            [
                "Asked Dirk Developer asked for 3 endpoints of Cards v1 and Payments v1",
                "Commented Olivia Owner commented",
                "Commented Dirk Developer commented",
                "Decided Olivia Owner approved 1 and denied 1 of Payments v1",
                "Next  Carla Channels of CHANNELS decides on 1 endpoint of Cards v1",
            ],
            RequestTimeline.Of(details!, comments!.Items).Select(e => $"{e.Kind} {e.Who} {e.What}"));
        Assert.Equal(2L, await bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'access_request.commented'"));
    }

    [Fact]
    public async Task Only_those_who_see_a_request_comment_on_it_and_no_auditor_does()
    {
        await using var bank = await TwoApis.OpenAsync(postgres);
        var number = await TwoApis.AskAsync(bank, "payments/v1/getPayment");
        Assert.Equal(Problem.NotFound, Assert.Single((await CommentAsync(bank, bank.Stranger, number, "Me too.")).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await CommentAsync(bank, bank.Auditor, number, "Hm.")).Problems).Code);
        Assert.Equal("markdown", Assert.Single((await CommentAsync(bank, bank.Dirk, number, "  ")).Problems).Field);
        Assert.Null(await bank.Use<RequestCommentReader>().ListAsync(bank.Stranger, number, new(), default));
        for (var i = 0; i < CommentOnRequest.PerHour; i++)
            Assert.True((await CommentAsync(bank, bank.Dirk, number, $"Remark {i}.")).Succeeded);
        Assert.Equal(Problem.TooMany, Assert.Single((await CommentAsync(bank, bank.Dirk, number, "One more.")).Problems).Code);
    }

    [Fact]
    public async Task Whoever_asked_or_spoke_and_left_the_teams_since_reads_no_more_of_it()
    {
        await using var bank = await TwoApis.OpenAsync(postgres);
        var number = await TwoApis.AskAsync(bank, "payments/v1/getPayment");
        await CommentAsync(bank, bank.SecurityOfficer, number, "Why?");
        await bank.Database.ExecuteAsync($"delete from membership where person_id = '{bank.Dirk.Id}'");

        Assert.True((await CommentAsync(bank, bank.Olivia, number, "Among us: they were breached.")).Succeeded);

        Assert.DoesNotContain(await InboxAsync(bank, bank.Dirk), m => m.Subject.StartsWith("Olivia", StringComparison.Ordinal));
        Assert.Equal("Olivia Owner commented on request " + number, (await InboxAsync(bank, bank.SecurityOfficer))[0].Subject);
    }

    [Fact]
    public async Task An_end_date_is_bounded_by_the_strictest_rule_of_what_is_asked_and_says_why()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var rules = new EndDates([new("production", Classification.Restricted, 90, "Looked at each quarter."), new("production", null, 200, "Not longer.")]);
        Assert.Null(rules.CheckBound(now.AddDays(366), now, "sandbox", [Classification.Restricted]));
        Assert.Equal("until_too_far", rules.CheckBound(now.AddDays(367), now, "sandbox", [Classification.Public])!.Code);
        Assert.Null(rules.CheckBound(now.AddDays(200), now, "production", [Classification.Public, Classification.Internal]));
        Assert.Equal(
            "Choose 2026-04-01 or earlier, 90 days ahead. Looked at each quarter.",
            rules.CheckBound(now.AddDays(91), now, "production", [Classification.Public, Classification.Restricted])!.Message);

        await using var bank = await TwoApis.OpenAsync(postgres);
        var late = TwoApis.Input(bank, "payments/v1/getPayment") with { Until = bank.Clock.GetUtcNow().AddDays(400) };
        Assert.Equal("until_too_far", Assert.Single((await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, late, default)).Problems).Code);
    }

    private static Task<Outcome<Guid>> CommentAsync(Bank bank, Actor actor, long number, string markdown)
    {
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        return bank.Use<CommentOnRequest>().ExecuteAsync(actor, number, markdown, default);
    }

    private static async Task<IReadOnlyList<NotificationRow>> InboxAsync(Bank bank, Actor person) =>
        (await bank.Use<InboxReader>().ListAsync(person, false, new(), default)).Items;
}
