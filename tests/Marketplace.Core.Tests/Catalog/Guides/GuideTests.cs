using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Notifications;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Guides;

public sealed class GuideTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_team_writes_guides_in_its_order_and_subscribers_are_told_of_new_ones()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var write = bank.Use<WriteGuide>();
        await bank.Use<FollowApi>().SubscribeAsync(bank.Dirk, "payments", true, default);
        foreach (var title in new[] { "Getting started", "Réfunds & returns", "Getting started", "支払い" })
            Assert.True((await write.AddAsync(bank.Oscar, "payments", title, "Text.", default)).Succeeded);
        Assert.Equal("getting-started refunds-returns getting-started-2 guide", await OrderAsync(bank));
        Assert.Equal(4, await bank.Use<InboxReader>().UnreadCountAsync(bank.Dirk, default));

        Assert.True((await write.MoveAsync(bank.Olivia, "payments", "guide", 1, default)).Succeeded);
        Assert.True((await write.MoveAsync(bank.Olivia, "payments", "getting-started", 99, default)).Succeeded);
        Assert.True((await write.RemoveAsync(bank.Olivia, "payments", "getting-started-2", default)).Succeeded);
        Assert.Equal("guide refunds-returns getting-started", await OrderAsync(bank));
        foreach (var other in new[] { bank.Dirk, bank.Admin, bank.Auditor })
        {
            Assert.Equal(Problem.NotFound, Assert.Single((await write.AddAsync(other, "payments", "Mine", "Text.", default)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await write.ChangeAsync(other, "payments", "guide", "Mine", "Text.", null, default)).Problems).Code);
        }
    }

    [Fact]
    public async Task Of_two_who_change_a_guide_at_once_the_second_is_told()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var write = bank.Use<WriteGuide>();
        await write.AddAsync(bank.Olivia, "payments", "Start", "One.", default);
        var answers = await Task.WhenAll(
            write.ChangeAsync(bank.Olivia, "payments", "start", "Start", "Hers.", 1, default), write.ChangeAsync(bank.Oscar, "payments", "start", "Start", "His.", 1, default));
        Assert.Equal(Problem.Conflict, Assert.Single(Assert.Single(answers, a => !a.Succeeded).Problems).Code);
        Assert.Equal(2, (await bank.Use<GuideReader>().FindAsync(bank.Dirk, "payments", "start", default))!.Revision);
    }

    [Theory]
    [InlineData("How do I refund?", "how-do-i-refund")]
    [InlineData("  GET /payments/{id} → 404 ", "get-payments-id-404")]
    [InlineData("Ça marche déjà", "ca-marche-deja")]
    [InlineData("???", "question")]
    public void A_slug_is_what_people_would_type(string title, string slug) => Assert.Equal(slug, Slug.Of(title, "question"));

    private static async Task<string> OrderAsync(Bank bank) =>
        string.Join(' ', (await bank.Use<GuideReader>().ListAsync(bank.Stranger, "payments", default))!.Select(g => g.Slug));
}
