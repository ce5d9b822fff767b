using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

public sealed class AccessNewsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Owners_are_told_of_a_request_and_those_who_asked_of_the_decision_and_of_its_end()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment", "createPayment"), default)).Value;

        foreach (var owner in new[] { bank.Olivia, bank.Oscar })
            Assert.Equal(
                ("access_requested", "Mobile app asks for 2 endpoints of Payments v1", $"/requests/{number}"), await NewestAsync(bank, owner));
        Assert.Null(await NewestAsync(bank, bank.Dirk));
        Assert.Null(await NewestAsync(bank, bank.Carla));

        OperationDecision[] decisions = [new("getPayment", true, null), new("createPayment", false, "Read first.")];
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, decisions, default)).Succeeded);

        foreach (var member in new[] { bank.Dirk, bank.Carla })
            Assert.Equal(
                ("access_decided", "Mobile app may call 1 endpoint of Payments v1, and was denied 1", $"/requests/{number}"), await NewestAsync(bank, member));
        Assert.Contains("Why not: Read first.", (await InboxAsync(bank, bank.Dirk))[0].Text, StringComparison.Ordinal);
        Assert.Single(await InboxAsync(bank, bank.Oscar));

        var grant = Assert.Single(await bank.GrantsAsync());
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Carla, GrantScope.Of(grant.Id), null, "We call it no longer.", default)).Succeeded);

        foreach (var other in new[] { bank.Dirk, bank.Olivia })
            Assert.Equal(
                ("grant_revoked", "Mobile app's grant of GET /payments/{id}, Payments v1, was revoked", $"/grants/{grant.Id}"), await NewestAsync(bank, other));
        Assert.Single(await InboxAsync(bank, bank.Carla));
        Assert.Empty(await InboxAsync(bank, bank.Stranger));
    }

    private static async Task<(string, string, string)?> NewestAsync(Bank bank, Actor person)
    {
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        return await InboxAsync(bank, person) is [var newest, ..] ? (newest.Kind, newest.Subject, newest.Link) : null;
    }

    private static async Task<IReadOnlyList<NotificationRow>> InboxAsync(Bank bank, Actor person) =>
        (await bank.Use<InboxReader>().ListAsync(person, false, new(), default)).Items;
}
