using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Notifications;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Following;

public sealed class FollowTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_subscriber_is_told_of_each_revision_until_unsubscribed_and_never_of_a_draft()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var follow = bank.Use<FollowApi>();
        Assert.True((await follow.SubscribeAsync(bank.Stranger, "cards", true, default)).Succeeded);
        Assert.True((await follow.SubscribeAsync(bank.Stranger, "cards", true, default)).Succeeded);

        await Cards.PublishAsync(bank, "v1", Cards.V1.Replace("orderCard", "requestCard", StringComparison.Ordinal));
        await Cards.PublishAsync(bank, "v2", Cards.V1.Replace("orderCard", "requestCard", StringComparison.Ordinal), asDraft: true);
        var told = Assert.Single((await bank.Use<InboxReader>().ListAsync(bank.Stranger, false, new(), default)).Items);
        Assert.Equal(("Cards v1 has a new revision, number 2", "Endpoints added: 1, removed: 1."), (told.Subject, told.Text));

        Assert.True((await follow.SubscribeAsync(bank.Stranger, "cards", false, default)).Succeeded);
        await Cards.PublishAsync(bank, "v1", Cards.V1);
        Assert.Equal(1, await bank.Use<InboxReader>().UnreadCountAsync(bank.Stranger, default));
    }

    [Fact]
    public async Task A_star_is_ones_own_and_an_API_that_one_cannot_see_takes_none()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var follow = bank.Use<FollowApi>();
        Assert.True((await follow.StarAsync(bank.Dirk, "cards", true, default)).Succeeded);
        Assert.Equal(["cards"], (await bank.Use<FollowingReader>().StarredAsync(bank.Dirk, new(), default)).Items.Select(a => a.Name));
        Assert.Empty((await bank.Use<FollowingReader>().StarredAsync(bank.Carla, new(), default)).Items);
        Assert.Equal(new FollowState(false, false, 1), (await bank.Use<CatalogReader>().FindApiAsync(bank.Carla, "cards", default))!.Following);

        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");
        Assert.Equal(Problem.NotFound, Assert.Single((await follow.StarAsync(bank.Carla, "cards", true, default)).Problems).Code);
        Assert.Empty((await bank.Use<FollowingReader>().StarredAsync(bank.Dirk, new(), default)).Items);
        Assert.True((await follow.StarAsync(bank.Oscar, "cards", true, default)).Succeeded);
    }

    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("#cards", "cards@bank.example", "https://wiki.bank.example/cards?x=1", null)]
    [InlineData("", "not an address", "", "contactEmail")]
    [InlineData("", "a@b.example?subject=x", "", "contactEmail")]
    [InlineData("", "", "javascript:alert(1)", "contactUrl")]
    [InlineData("", "", "//bank.example", "contactUrl")]
    [InlineData("", "", "https://olivia:secret@bank.example/", "contactUrl")]
    [InlineData("", "", "https://payments.example@evil.example/", "contactUrl")]
    public async Task Contacts_are_what_a_browser_can_follow_safely(string channel, string email, string url, string? field)
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var changed = await bank.Use<ChangeApi>().ExecuteAsync(
            bank.Olivia, new("cards", "Cards", "", Classification.Internal, new(channel, email, url)), default);
        Assert.Equal(field, changed.Problems.SingleOrDefault()?.Field);
        if (field is null)
            Assert.Equal(new Contacts(channel, email, url), (await bank.Use<CatalogReader>().FindApiAsync(bank.Dirk, "cards", default))!.Contacts);
    }
}
