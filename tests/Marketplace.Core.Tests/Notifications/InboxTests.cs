using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Notifications;

public sealed class InboxTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Message News = new(NotificationKind.VersionDeprecated, "Payments v1 ends", "Move to v2.", "/apis/payments/v1");

    [Fact]
    public async Task Whoever_fits_twice_is_told_once_and_who_did_it_is_not_told()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using (var db = await bank.OpenAsync())
        {
            db.Add(new ApiSubscription { ApiId = bank.Payments.ApiId, PersonId = bank.Dirk.Id, At = bank.Clock.GetUtcNow() });
            db.Add(new ApiSubscription { ApiId = bank.Payments.ApiId, PersonId = bank.Stranger.Id, At = bank.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        var told = await TellAsync(bank, new()
        {
            People = [bank.Dirk.Id],
            OwnersOfTeams = [await TeamAsync(bank, "payments")],
            ConsumersOfVersions = [bank.Payments.Id],
            SubscribersOfApis = [bank.Payments.ApiId],
        });

        Assert.Equal(4, told);
        Assert.Equal("1 1 1 1 0", await CountsAsync(bank, bank.Dirk, bank.Carla, bank.Oscar, bank.Stranger, bank.Olivia));
    }

    [Fact]
    public async Task Consumers_of_an_endpoint_are_those_whose_grant_of_it_stands()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        await using var db = await bank.OpenAsync();
        var operations = await db.Operations.ToDictionaryAsync(o => o.Key, o => o.Id, StringComparer.Ordinal);

        Assert.Equal(0, await TellAsync(bank, new() { ConsumersOfOperations = [operations["createPayment"]] }));
        Assert.Equal(2, await TellAsync(bank, new() { ConsumersOfOperations = [operations["getPayment"], operations["listPayments"]] }));
        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "getPayment");
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Over.", default)).Succeeded);
        Assert.Equal(0, await TellAsync(bank, new() { ConsumersOfOperations = [operations["getPayment"]] }));
        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, await TellAsync(bank, new() { ConsumersOfVersions = [bank.Payments.Id] }));
    }

    [Fact]
    public async Task Nobody_is_told_what_was_rolled_back()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using (var db = await bank.OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            Assert.Equal(1, await Inbox.TellAsync(db, bank.Clock.GetUtcNow(), bank.Olivia, News, new() { People = [bank.Dirk.Id] }, default));
            await transaction.RollbackAsync();
        }

        Assert.Equal("0", await CountsAsync(bank, bank.Dirk));
        await using var outside = await bank.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Inbox.TellAsync(outside, bank.Clock.GetUtcNow(), bank.Olivia, News, new() { People = [bank.Dirk.Id] }, default));
    }

    [Fact]
    public async Task What_came_after_the_newest_seen_stays_unread()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        for (var i = 0; i < 3; i++)
        {
            await TellAsync(bank, new() { People = [bank.Dirk.Id] });
            bank.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var inbox = await bank.Use<InboxReader>().ListAsync(bank.Dirk, unreadOnly: false, new(1, 2), default);
        Assert.Equal((3, 2), (inbox.Total, inbox.Items.Count));
        Assert.Equal(2, await bank.Use<MarkRead>().AllAsync(bank.Dirk, inbox.Items[1].At, default));
        Assert.Equal(inbox.Items[0].Id, Assert.Single((await bank.Use<InboxReader>().ListAsync(bank.Dirk, unreadOnly: true, new(), default)).Items).Id);
        Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<MarkRead>().OneAsync(bank.Carla, inbox.Items[0].Id, default)).Problems).Code);
        Assert.Equal("/apis/payments/v1", (await bank.Use<MarkRead>().OneAsync(bank.Dirk, inbox.Items[0].Id, default)).Value);
        Assert.Equal("0", await CountsAsync(bank, bank.Dirk));
    }

    private static async Task<int> TellAsync(Bank bank, Recipients to)
    {
        await using var db = await bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var told = await Inbox.TellAsync(db, bank.Clock.GetUtcNow(), bank.Olivia, News, to, default);
        await transaction.CommitAsync();
        return told;
    }

    private static async Task<Guid> TeamAsync(Bank bank, string name)
    {
        await using var db = await bank.OpenAsync();
        return await db.Teams.Where(t => t.Name == name).Select(t => t.Id).SingleAsync();
    }

    private static async Task<string> CountsAsync(Bank bank, params Actor[] people)
    {
        var counts = new List<int>();
        foreach (var person in people)
            counts.Add(await bank.Use<InboxReader>().UnreadCountAsync(person, default));
        return string.Join(' ', counts);
    }
}
