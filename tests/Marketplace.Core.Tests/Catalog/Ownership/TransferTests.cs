using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Notifications;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Ownership;

public sealed class TransferTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_API_goes_to_the_team_that_takes_it_and_its_pending_requests_with_it()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var pending = await bank.RequestAsync("getPayment");
        var transfer = bank.Use<TransferApi>();

        Assert.True((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "You use it most.", default)).Succeeded);
        var told = Assert.Single((await bank.Use<InboxReader>().ListAsync(bank.Carla, false, new(), default)).Items);
        Assert.Equal((true, "/apis/payments/transfer"), (told.Text.Contains("You use it most.", StringComparison.Ordinal), told.Link));
        Assert.Equal("already_offered", Assert.Single((await transfer.OfferAsync(bank.Oscar, "payments", "channels", "", default)).Problems).Code);
        foreach (var other in new[] { bank.Dirk, bank.Olivia, bank.Stranger, bank.Admin })
            Assert.Equal(Problem.NotFound, Assert.Single((await transfer.AnswerAsync(other, "payments", true, default)).Problems).Code);
        var revision = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        Assert.True((await transfer.AnswerAsync(bank.Carla, "payments", true, default)).Succeeded);

        Assert.Equal("channels", (await bank.Use<CatalogReader>().FindApiAsync(bank.Stranger, "payments", default))!.Team);
        Assert.Equal(revision + 1, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Equal(1, await bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'api.transferred'"));
        Assert.Equal(1, await bank.Use<InboxReader>().UnreadCountAsync(bank.Olivia, default));
        Assert.Empty((await bank.Use<AccessRequestReader>().InboxAsync(bank.Olivia, new(), default)).Items);
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Carla, pending, [new("getPayment", true, null)], default)).Succeeded);
        Assert.Equal(Problem.NotFound, Assert.Single((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "", default)).Problems).Code);
    }

    [Fact]
    public async Task What_is_declined_or_taken_back_stays_and_can_be_offered_again()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var transfer = bank.Use<TransferApi>();
        Assert.True((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "", default)).Succeeded);
        Assert.True((await transfer.AnswerAsync(bank.Carla, "payments", false, default)).Succeeded);
        Assert.True((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "", default)).Succeeded);
        Assert.True((await transfer.CancelAsync(bank.Oscar, "payments", default)).Succeeded);
        Assert.Equal(Problem.NotFound, Assert.Single((await transfer.AnswerAsync(bank.Carla, "payments", true, default)).Problems).Code);
        Assert.Equal("payments", (await bank.Use<CatalogReader>().FindApiAsync(bank.Stranger, "payments", default))!.Team);
        Assert.Equal(["team_unknown", "team_same"], [
            (await transfer.OfferAsync(bank.Olivia, "payments", "nobody", "", default)).Problems[0].Code,
            (await transfer.OfferAsync(bank.Olivia, "payments", "payments", "", default)).Problems[0].Code]);
    }

    [Fact]
    public async Task An_administrator_moves_it_with_a_reason_and_never_to_an_own_team()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var transfer = bank.Use<TransferApi>();
        Assert.True((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "", default)).Succeeded);
        Assert.Equal("reason_missing", Assert.Single((await transfer.MoveAsync(bank.Admin, "payments", "channels", " ", default)).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await transfer.MoveAsync(bank.Carla, "payments", "channels", "Mine.", default)).Problems).Code);
        await bank.Database.ExecuteAsync($"insert into membership select id, '{bank.Admin.Id}', 'developer' from team where name = 'channels'");
        Assert.Equal("own_transfer", Assert.Single((await transfer.MoveAsync(bank.Admin, "payments", "channels", "Reorganised.", default)).Problems).Code);
        await bank.Database.ExecuteAsync($"delete from membership where person_id = '{bank.Admin.Id}'");

        Assert.True((await transfer.MoveAsync(bank.Admin, "payments", "channels", "Reorganised.", default)).Succeeded);
        Assert.Equal("superseded", await bank.Database.ScalarAsync<string>("select outcome from api_transfer"));
        Assert.Contains("Why: Reorganised.", (await bank.Use<InboxReader>().ListAsync(bank.Oscar, false, new(), default)).Items[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_answers_at_once_one_counts()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var transfer = bank.Use<TransferApi>();
        Assert.True((await transfer.OfferAsync(bank.Olivia, "payments", "channels", "", default)).Succeeded);
        var answers = await Task.WhenAll(
            transfer.AnswerAsync(bank.Carla, "payments", true, default), transfer.AnswerAsync(bank.Carla, "payments", false, default), transfer.CancelAsync(bank.Olivia, "payments", default));
        Assert.Single(answers, a => a.Succeeded);
    }
}
