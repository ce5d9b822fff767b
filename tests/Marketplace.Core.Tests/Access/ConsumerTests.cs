using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

public sealed class ConsumerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Everybody_sees_how_many_use_an_endpoint_and_only_its_team_sees_who()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        await bank.RequestAsync("createPayment");
        var consumers = bank.Use<ConsumerReader>();

        foreach (var reader in new[] { bank.Olivia, bank.Stranger, bank.Auditor })
        {
            Assert.Equal(new ConsumerCounts(1, 1, 2, 1, null), await consumers.CountsAsync(reader, "payments", "v1", default));
            var use = await consumers.OperationsAsync(reader, "payments", "v1", new(), default);
            Assert.Equal(["getPayment 1", "listPayments 1", "cancelPayment 0", "createPayment 0"], use!.Items.OrderByDescending(o => o.Applications).ThenBy(o => o.Key).Select(o => $"{o.Key} {o.Applications}"));
        }
        foreach (var (reader, rows) in new[] { (bank.Olivia, 1), (bank.Auditor, 1), (bank.Dirk, 1), (bank.Stranger, 0) })
            Assert.Equal(rows, (await consumers.ListAsync(reader, "payments", "v1", new(), new(), default))!.Total);
        var row = Assert.Single((await consumers.ListAsync(bank.Olivia, "payments", "v1", new("getPayment", "production"), new(), default))!.Items);
        Assert.Equal((bank.App.ClientId, 1, bank.Clock.GetUtcNow().AddDays(30)), (row.ClientId, row.Operations, row.LastUntil));
        Assert.Equal(0, (await consumers.ListAsync(bank.Olivia, "payments", "v1", new("createPayment"), new(), default))!.Total);
        Assert.Equal(0, (await consumers.ListAsync(bank.Olivia, "payments", "v1", new(Environment: "sandbox"), new(), default))!.Total);
    }

    [Fact]
    public async Task A_consumer_says_when_it_last_called_and_how_often_with_grants_that_stand()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var now = bank.Clock.GetUtcNow();
        Assert.Equal(GrantUse.None, (await RowAsync()).Use);
        await UsedAsync("getPayment", 3, now.AddHours(-1));
        await UsedAsync("listPayments", 40, now.AddHours(-5));
        await bank.CallsAsync(bank.App.ClientId, await BitAsync("getPayment"), "refused", "token_expired", 500);

        Assert.Equal(new GrantUse(now.AddHours(-1), 43), (await RowAsync()).Use);
        Assert.Equal(new GrantUse(now.AddHours(-5), 40), (await RowAsync("listPayments")).Use);
        var ended = (await bank.GrantsAsync()).Single(g => g.Operation == "getPayment");
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(ended.Id), null, "Over.", default);
        Assert.Equal(new GrantUse(now.AddHours(-5), 40), (await RowAsync()).Use);

        async Task<ConsumerRow> RowAsync(string? operation = null) =>
            Assert.Single((await bank.Use<ConsumerReader>().ListAsync(bank.Olivia, "payments", "v1", new(operation), new(), default))!.Items);

        Task<int> BitAsync(string operation) => bank.Database.ScalarAsync<int>($"select bit_index from operation where key = '{operation}'");

        async Task UsedAsync(string operation, int calls, DateTimeOffset at)
        {
            await bank.CallsAsync(bank.App.ClientId, await BitAsync(operation), "allowed", "", calls);
            await bank.Database.ExecuteAsync(
                $"insert into grant_use select operation_id, environment, application_id, '{at:O}', '{at:O}' from access_grant where operation_id = (select id from operation where key = '{operation}')");
        }
    }

    [Fact]
    public async Task What_has_ended_uses_nothing_any_more()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of((await bank.GrantsAsync())[0].Id), null, "Over.", default);
        Assert.Equal(1, (await bank.Use<ConsumerReader>().CountsAsync(bank.Olivia, "payments", "v1", default))!.Grants);
        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(new ConsumerCounts(0, 0, 0, 0, null), await bank.Use<ConsumerReader>().CountsAsync(bank.Olivia, "payments", "v1", default));
    }

    [Fact]
    public async Task A_draft_is_used_by_nobody_that_others_could_see()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");
        Assert.Null(await bank.Use<ConsumerReader>().CountsAsync(bank.Dirk, "payments", "v1", default));
        Assert.Null(await bank.Use<ConsumerReader>().ListAsync(bank.Dirk, "payments", "v1", new(), new(), default));
        Assert.NotNull(await bank.Use<ConsumerReader>().OperationsAsync(bank.Oscar, "payments", "v1", new(), default));
    }
}
