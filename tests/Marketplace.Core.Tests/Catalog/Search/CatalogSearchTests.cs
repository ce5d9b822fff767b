using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Search;

public sealed class CatalogSearchTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("listCards", "listCards")]
    [InlineData("spending", "setSpendingLimits")]
    [InlineData("limit", "setSpendingLimits")]
    [InlineData("spend lim", "setSpendingLimits")]
    [InlineData("PUT", "setSpendingLimits")]
    [InlineData("post /cards", "orderCard")]
    [InlineData("/cards/{cardId}/spending-limits", "setSpendingLimits")]
    [InlineData("ordering", "orderCard")]
    [InlineData("changed", "setSpendingLimits")]
    [InlineData("cards customers", "listCards")]
    [InlineData("mortgage", "")]
    [InlineData("'; drop table api --", "")]
    [InlineData("!!!", "listCards orderCard searchCards setSpendingLimits")]
    [InlineData(null, "listCards orderCard searchCards setSpendingLimits")]
    public async Task Words_and_their_beginnings_find_endpoints(string? text, string keys)
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var result = await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new(text), new(), default);

        Assert.Equal(keys, string.Join(' ', result.Hits.Items.Select(h => h.Key).Order(StringComparer.Ordinal)));
        Assert.Equal(result.Hits.Items.Count, result.Hits.Total);
    }

    [Fact]
    public async Task A_hit_says_where_it_is_and_whether_it_can_be_requested()
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var hits = (await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new(), new(), default)).Hits.Items;

        Assert.Equivalent(
            new OperationHit("cards", "Cards", "v1", Lifecycle.Published, Classification.Restricted, "payments", "PAYMENTS", "orderCard", "POST", "/cards", "Order a card", ["Cards", "Ordering"], false, true),
            hits.Single(h => h.Key == "orderCard"));
        Assert.False(hits.Single(h => h.Key == "searchCards").Requestable);
    }

    [Fact]
    public async Task Drafts_are_found_by_their_team_and_by_platform_roles_only()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        async Task<int> Found(Actor actor) => (await bank.Use<CatalogSearch>().OperationsAsync(actor, new("listAllCards"), new(), default)).Hits.Total;

        foreach (var (actor, count) in new[] { (bank.Olivia, 1), (bank.Auditor, 1), (bank.Admin, 1), (bank.Carla, 0), (bank.Stranger, 0) })
            Assert.Equal(count, await Found(actor));
    }

    [Fact]
    public async Task Facets_count_what_one_more_choice_would_show()
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var result = await bank.Use<CatalogSearch>().OperationsAsync(bank.Olivia, new("cards", Methods: ["GET"], Lifecycles: [Lifecycle.Published]), new(), default);

        Assert.Equal(["listCards", "searchCards"], result.Hits.Items.Select(h => h.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["GET 2", "POST 1", "PUT 1"], result.Of("method").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["draft 2", "published 2"], result.Of("lifecycle").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["Cards 1"], result.Of("tag").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["payments PAYMENTS 2"], result.Of("team").Select(f => $"{f.Value} {f.Label} {f.Count}"));
        Assert.Equal(["restricted 2"], result.Of("classification").Select(f => $"{f.Value} {f.Count}"));
    }

    [Fact]
    public async Task Pages_are_cut_in_the_database_and_join_without_gaps()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var keys = new List<string>();
        for (var number = 1; number <= 3; number++)
        {
            var page = (await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new(), new PageRequest(number, 2), default)).Hits;
            Assert.Equal(4, page.Total);
            keys.AddRange(page.Items.Select(h => h.Key));
        }
        Assert.Equal(["listCards", "orderCard", "searchCards", "setSpendingLimits"], keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task APIs_are_found_by_title_summary_and_description()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        foreach (var text in new[] { "cards", "plastic", "debit customer", "card", "PAYMENTS" })
        {
            var result = await bank.Use<CatalogSearch>().ApisAsync(bank.Stranger, new(text), new(), default);
            Assert.Equivalent(new { Api = "cards", Version = "v1", Team = "payments", Operations = 4 }, Assert.Single(result.Hits.Items));
        }
        Assert.Empty((await bank.Use<CatalogSearch>().ApisAsync(bank.Stranger, new("mortgage"), new(), default)).Hits.Items);
    }

    [Fact]
    public async Task What_a_revision_removes_or_renames_is_found_no_longer()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await Cards.PublishAsync(bank, "v1", Cards.V1.Replace("operationId: orderCard, summary: Order a card", "operationId: mailCard, summary: Mail it", StringComparison.Ordinal));

        Assert.Equal(0, (await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new("order"), new(), default)).Hits.Items.Count(h => h.Key == "orderCard"));
        Assert.Equal(1, (await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new("mail"), new(), default)).Hits.Total);
    }

    [Fact]
    public async Task A_new_title_of_the_API_finds_its_endpoints()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await bank.Use<ChangeApi>().ExecuteAsync(bank.Olivia, new("cards", "Wallet", "Plastic.", Classification.Public), default);

        var result = await bank.Use<CatalogSearch>().OperationsAsync(bank.Stranger, new("wallet", Classifications: [Classification.Public]), new(), default);

        Assert.Equal(4, result.Hits.Total);
    }
}
