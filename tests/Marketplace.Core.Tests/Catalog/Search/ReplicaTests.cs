using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Catalog.Search.Feed;
using Marketplace.Core.Data;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Core.Tests.Catalog.Search;

/// <summary>Two replicas of the governance plane, each with an index of its own, over one database.</summary>
public sealed class ReplicaTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_published_on_one_replica_is_found_at_once_on_both()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        using var other = new Replica(bank);
        foreach (var search in new[] { bank.Use<CatalogSearch>(), other.Search })
            Assert.Equal(0, await FoundAsync(search, bank, "mailCard"));

        await Cards.PublishAsync(bank, "v1", Cards.V1.Replace("operationId: orderCard", "operationId: mailCard", StringComparison.Ordinal));

        Assert.Equal(1, await FoundAsync(bank.Use<CatalogSearch>(), bank, "mailCard"));
        Assert.Equal(1, await FoundAsync(other.Search, bank, "mailCard"));
        Assert.Equal(0, await FoundAsync(other.Search, bank, "orderCard"));
    }

    [Fact]
    public async Task A_replica_follows_the_change_log_before_anybody_searches()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        using var other = new Replica(bank);
        using var follower = new CatalogIndexFollower(bank.Database.DataSource, other.Keeper, TimeProvider.System, NullLogger<CatalogIndexFollower>.Instance);
        await follower.StartAsync(default);
        try
        {
            await Eventually.HoldsAsync(() => other.Keeper.IsReady, Patience);
            for (var i = 1; i <= 3; i++)
            {
                var published = await Cards.PublishAsync(bank, "v1", Cards.V1.Replace("order", $"order{i}", StringComparison.Ordinal));
                // LISTEN takes milliseconds; the poll behind it a second.
                await Eventually.HoldsAsync(() => other.Keeper.Current!.Revision >= published.PolicyRevision, TimeSpan.FromSeconds(3));
            }
        }
        finally
        {
            await follower.StopAsync(default);
        }
    }

    [Fact]
    public async Task Before_the_catalog_is_read_a_search_says_so_instead_of_finding_nothing()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await using var locking = await bank.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("lock table operation in access exclusive mode", locking))
            await command.ExecuteNonQueryAsync();

        var refused = await bank.Use<CatalogSearch>().OperationsAsync(bank.Olivia, new("cards"), new(), default);
        Assert.Equal(CatalogSearch.NotReady, Assert.Single(refused.Problems).Code);

        await transaction.RollbackAsync();
        await Eventually.HoldsAsync(async () => (await bank.Use<CatalogSearch>().OperationsAsync(bank.Olivia, new("cards"), new(), default)).Succeeded, Patience);
    }

    private static async Task<int> FoundAsync(CatalogSearch search, Bank bank, string key) =>
        (await search.OperationsAsync(bank.Stranger, new(key), new(), default)).Value!.Hits.Items.Count(h => h.Key == key);

    private sealed class Replica : IDisposable
    {
        public Replica(Bank bank)
        {
            var databases = bank.Use<IDbContextFactory<MarketplaceDb>>();
            Keeper = new(new CatalogIndexLoader(databases));
            Search = new(databases, Keeper, bank.Clock);
        }

        public CatalogIndexKeeper Keeper { get; }

        public CatalogSearch Search { get; }

        public void Dispose() => Keeper.Dispose();
    }
}
