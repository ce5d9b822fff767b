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
    [InlineData("/cards/1234/spending-limits", "setSpendingLimits")]
    [InlineData("https://api.bank/cards/v1/cards/1234/spending-limits?x=y", "setSpendingLimits")]
    [InlineData("/cards/1234/spend", "setSpendingLimits")]
    [InlineData("get /cards", "listCards")]
    [InlineData("spendign limits", "setSpendingLimits")]
    [InlineData("cusotmer", "listCards")]
    [InlineData("order card mortgage", "orderCard")]
    [InlineData("the list of cards", "listCards")]
    [InlineData("spendinglimits", "setSpendingLimits")]
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

        var result = await FindAsync(bank, bank.Stranger, new(text, Classifications: [Classification.Restricted]), new());

        Assert.Equal(keys, string.Join(' ', result.Hits.Items.Select(h => h.Key).Order(StringComparer.Ordinal)));
        Assert.Equal(result.Hits.Items.Count, result.Hits.Total);
    }

    [Fact]
    public async Task A_hit_says_where_it_is_and_whether_it_can_be_requested()
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var hits = (await FindAsync(bank, bank.Stranger, new(), new())).Hits.Items;

        Assert.Equivalent(
            new OperationHit("cards", "Cards", "v1", Lifecycle.Published, Classification.Restricted, "payments", "PAYMENTS", "orderCard", "POST", "/cards", "Order a card", ["Cards", "Ordering"], false, true),
            hits.Single(h => h.Key == "orderCard"));
        Assert.False(hits.Single(h => h.Key == "searchCards").Requestable);
    }

    [Fact]
    public async Task Drafts_are_found_by_their_team_and_by_platform_roles_only()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        async Task<int> Found(Actor actor) => (await FindAsync(bank, actor, new("listAllCards"), new())).Hits.Items.Count(h => h.Key == "listAllCards");

        foreach (var (actor, count) in new[] { (bank.Olivia, 1), (bank.Auditor, 1), (bank.Admin, 1), (bank.Carla, 0), (bank.Stranger, 0) })
            Assert.Equal(count, await Found(actor));
    }

    [Fact]
    public async Task Facets_count_what_one_more_choice_would_show()
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var result = await FindAsync(bank, bank.Olivia, new("cards", Methods: ["GET"], Lifecycles: [Lifecycle.Published]), new());

        Assert.Equal(["listCards", "searchCards"], result.Hits.Items.Select(h => h.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["GET 2", "POST 1", "PUT 1"], result.Of("method").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["draft 2", "published 2"], result.Of("lifecycle").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["Cards 1"], result.Of("tag").Select(f => $"{f.Value} {f.Count}"));
        Assert.Equal(["payments PAYMENTS 2"], result.Of("team").Select(f => $"{f.Value} {f.Label} {f.Count}"));
        Assert.Equal(["restricted 2"], result.Of("classification").Select(f => $"{f.Value} {f.Count}"));
    }

    [Fact]
    public async Task Pages_join_without_gaps()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var keys = new List<string>();
        for (var number = 1; number <= 4; number++)
        {
            var page = (await FindAsync(bank, bank.Stranger, new(), new PageRequest(number, 2))).Hits;
            Assert.Equal(8, page.Total);
            keys.AddRange(page.Items.Select(h => h.Key));
        }
        Assert.Equal(["cancelPayment", "createPayment", "getPayment", "listCards", "listPayments", "orderCard", "searchCards", "setSpendingLimits"], keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task APIs_are_found_by_title_summary_and_description()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        foreach (var text in new[] { "cards", "plastic", "debit customer", "card" })
        {
            var result = await FindApisAsync(bank, bank.Stranger, new(text), new());
            Assert.Equivalent(new { Api = "cards", Version = "v1", Team = "payments", Operations = 4 }, Assert.Single(result.Hits.Items));
        }
        Assert.Equal(["payments", "cards"], (await FindApisAsync(bank, bank.Stranger, new("PAYMENTS"), new())).Hits.Items.Select(h => h.Api));
        Assert.Empty((await FindApisAsync(bank, bank.Stranger, new("mortgage"), new())).Hits.Items);
    }

    [Fact]
    public async Task What_a_revision_removes_or_renames_is_found_no_longer()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await Cards.PublishAsync(bank, "v1", Cards.V1.Replace("operationId: orderCard, summary: Order a card", "operationId: mailCard, summary: Mail it", StringComparison.Ordinal));

        Assert.Equal(0, (await FindAsync(bank, bank.Stranger, new("order"), new())).Hits.Items.Count(h => h.Key == "orderCard"));
        Assert.Equal(1, (await FindAsync(bank, bank.Stranger, new("mail"), new())).Hits.Total);
    }

    [Fact]
    public async Task A_new_title_of_the_API_finds_its_endpoints()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await bank.Use<ChangeApi>().ExecuteAsync(bank.Olivia, new("cards", "Wallet", "Plastic.", Classification.Public), default);

        var result = await FindAsync(bank, bank.Stranger, new("wallet", Classifications: [Classification.Public]), new());

        Assert.Equal(4, result.Hits.Total);
    }

    [Theory]
    [InlineData("cards limits", Accuracy.EveryWord)]
    [InlineData("cards limist", Accuracy.SimilarWords)]
    [InlineData("cards limits mortgage", Accuracy.SomeWords)]
    public async Task A_search_says_how_exactly_it_met_the_words(string text, Accuracy accuracy)
    {
        await using var bank = await Cards.OpenAsync(postgres);
        Assert.Equal(accuracy, (await FindAsync(bank, bank.Stranger, new(text), new())).Accuracy);
    }

    [Fact]
    public async Task The_collection_stands_before_its_items()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        Assert.Equal(["listPayments", "getPayment"], (await FindAsync(bank, bank.Stranger, new("GET payments"), new())).Hits.Items.Select(h => h.Key));
        Assert.Equal(["listPayments", "getPayment"], (await FindAsync(bank, bank.Stranger, new("GET /payments"), new())).Hits.Items.Select(h => h.Key));
        Assert.Equal("getPayment", (await FindAsync(bank, bank.Stranger, new("get /payments/7"), new())).Hits.Items[0].Key);
    }

    [Fact]
    public async Task What_my_teams_may_call_is_what_stands_granted_now()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        async Task<string> Callable(Actor actor) =>
            string.Join(' ', (await FindAsync(bank, actor, new(Callable: true), new())).Hits.Items.Select(h => h.Key).Order(StringComparer.Ordinal));

        Assert.Equal("createPayment getPayment", await Callable(bank.Dirk));
        Assert.Equal("createPayment getPayment", await Callable(bank.Carla));
        Assert.Equal("", await Callable(bank.Olivia));
        Assert.Equal("", await Callable(bank.Admin));
        Assert.Equal("payments", Assert.Single((await FindApisAsync(bank, bank.Dirk, new(Callable: true), new())).Hits.Items).Api);
        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal("", await Callable(bank.Dirk));
    }

    [Fact]
    public async Task What_my_teams_own_is_theirs_alone()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        Assert.Equal(12, (await FindAsync(bank, bank.Olivia, new(OwnedByMyTeams: true), new())).Hits.Total);
        Assert.Equal(0, (await FindAsync(bank, bank.Dirk, new(OwnedByMyTeams: true), new())).Hits.Total);
        Assert.Equal(0, (await FindAsync(bank, bank.Admin, new(OwnedByMyTeams: true), new())).Hits.Total);
    }

    [Fact]
    public async Task What_the_database_hides_from_the_reader_is_neither_shown_nor_counted_even_before_the_index_knows()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        Assert.Equal(4, (await FindAsync(bank, bank.Stranger, new("cards"), new())).Hits.Total);
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");

        var result = await FindAsync(bank, bank.Stranger, new("cards"), new());

        Assert.Empty(result.Hits.Items);
        Assert.Equal((0, 0), (result.Hits.Total, result.Facets.Count));
        Assert.NotEqual(0, (await FindAsync(bank, bank.Olivia, new("cards"), new())).Hits.Total);
    }

    private static async Task<SearchResult<OperationHit>> FindAsync(Bank bank, Actor actor, SearchQuery query, PageRequest page) =>
        (await bank.Use<CatalogSearch>().OperationsAsync(actor, query, page, default)).Value!;

    private static async Task<SearchResult<ApiHit>> FindApisAsync(Bank bank, Actor actor, SearchQuery query, PageRequest page) =>
        (await bank.Use<CatalogSearch>().ApisAsync(actor, query, page, default)).Value!;
}
