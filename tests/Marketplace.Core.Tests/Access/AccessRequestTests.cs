using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

public sealed class AccessRequestTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_owner_finds_a_request_in_the_inbox_and_others_do_not()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment", "listPayments");

        var inbox = await bank.Use<AccessRequestReader>().InboxAsync(bank.Olivia, new(), default);
        Assert.Equal(number, Assert.Single(inbox.Items).Number);
        Assert.Equal(2, inbox.Items[0].Operations);
        Assert.Empty((await bank.Use<AccessRequestReader>().InboxAsync(bank.Carla, new(), default)).Items);
        Assert.NotNull(await bank.Use<AccessRequestReader>().FindAsync(bank.Carla, number, default));
        Assert.NotNull(await bank.Use<AccessRequestReader>().FindAsync(bank.Auditor, number, default));
        Assert.Null(await bank.Use<AccessRequestReader>().FindAsync(bank.Stranger, number, default));
    }

    [Fact]
    public async Task Every_wrong_field_is_told_at_once_and_nothing_is_stored()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var input = bank.Input("getPayment", "nope") with
        {
            ClientId = "not-mine",
            Environment = "moon",
            Justification = "because",
            Until = bank.Clock.GetUtcNow().AddDays(-1),
        };

        var outcome = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, input, default);

        Assert.Equal(
            ["justification_length", "until_past", "application_unknown", "environment_unknown", "operation_unknown"],
            outcome.Problems.Select(p => p.Code));
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from access_request"));
    }

    [Fact]
    public async Task Nobody_asks_for_an_application_of_another_team()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var outcome = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Stranger, bank.Input("getPayment"), default);
        Assert.Equal("application_unknown", Assert.Single(outcome.Problems).Code);
    }

    [Theory]
    [InlineData(Lifecycle.Draft, Problem.NotFound)]
    [InlineData(Lifecycle.Retired, "version_not_open")]
    public async Task Only_published_lines_can_be_asked_for(Lifecycle lifecycle, string code)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync($"update api_version set lifecycle = '{lifecycle.ToString().ToLowerInvariant()}'");
        var outcome = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default);
        Assert.Equal(code, Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public async Task The_same_endpoint_is_not_asked_for_twice()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var first = await bank.RequestAsync("getPayment");
        var again = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment", "listPayments"), default);
        Assert.Contains($"request {first}", Assert.Single(again.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_request_cannot_be_decided()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        Assert.False((await bank.Use<WithdrawAccessRequest>().ExecuteAsync(bank.Olivia, number, default)).Succeeded);
        Assert.True((await bank.Use<WithdrawAccessRequest>().ExecuteAsync(bank.Carla, number, default)).Succeeded);

        var decided = await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("getPayment", true, null)], default);

        Assert.Equal("request_withdrawn", Assert.Single(decided.Problems).Code);
        Assert.Empty(await bank.GrantsAsync());
    }
}
