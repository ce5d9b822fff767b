using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

public sealed class RenewalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_team_is_told_once_at_each_distance_of_all_that_ends_and_by_one_of_many_replicas()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync(Bank.PaymentOperations);
        var reminder = bank.Use<RenewalReminder>();
        Assert.Equal(0, await TellAsync(reminder));

        // Granted for 30 days: that it ends then is no news 30 days before.
        bank.Clock.Advance(TimeSpan.FromDays(22));
        Assert.Equal(0, await TellAsync(reminder));
        bank.Clock.Advance(TimeSpan.FromDays(1));
        Assert.InRange(await TellAsync(reminder), 1, 8);
        foreach (var member in new[] { bank.Dirk, bank.Carla })
        {
            var told = Assert.Single(await InboxOf(bank, member));
            Assert.Equal("Mobile app may call Payments v1 for 7 more days", told.Subject);
            Assert.Equal($"/grants/renew?application={bank.App.ClientId}&api=payments&version=v1&environment=production", told.Link);
        }
        Assert.Empty(await InboxOf(bank, bank.Olivia));
        Assert.Equal(0, await TellAsync(reminder));

        bank.Clock.Advance(TimeSpan.FromDays(6));
        await TellAsync(reminder);
        Assert.Equal(["Mobile app may call Payments v1 for one more day", "Mobile app may call Payments v1 for 7 more days"], (await InboxOf(bank, bank.Dirk)).Select(n => n.Subject));
    }

    [Fact]
    public async Task Nobody_is_reminded_of_what_is_asked_for_again_or_ends_early_or_belongs_to_a_stopped_application()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments", "createPayment");
        var grants = await bank.GrantsAsync();
        await bank.RequestAsync("getPayment");
        await bank.Use<EndGrants>().ExecuteAsync(bank.Dirk, GrantScope.Of(grants.Single(g => g.Operation == "listPayments").Id), bank.Clock.GetUtcNow().AddDays(27), "We move.", default);
        bank.Clock.Advance(TimeSpan.FromDays(24));

        await TellAsync(bank.Use<RenewalReminder>());

        Assert.Contains("1 endpoint in production", Assert.Single(await InboxOf(bank, bank.Dirk)).Text, StringComparison.Ordinal);
        await bank.Use<Core.Applications.DisableApplication>().ExecuteAsync(bank.Carla, bank.App.ClientId, true, "Incident.", default);
        bank.Clock.Advance(TimeSpan.FromDays(5.5));
        Assert.Equal(0, await TellAsync(bank.Use<RenewalReminder>()));
    }

    [Fact]
    public async Task A_renewal_asks_for_the_same_endpoints_and_the_old_grants_stay_until_it_is_approved()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var (reader, scope) = (bank.Use<RenewalReader>(), new GrantScope(bank.App.ClientId));
        foreach (var other in new[] { bank.Olivia, bank.SecurityOfficer, bank.Stranger })
            Assert.Equal(Problem.NotFound, Assert.Single((await reader.OfAsync(other, scope, default)).Problems).Code);

        var renewal = (await reader.OfAsync(bank.Carla, scope, default)).Value!;
        Assert.Equal(("production", "The app shows payments.", 30, 2), (renewal.Environment, renewal.Justification, renewal.Days, renewal.Endpoints));
        var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(
            bank.Carla,
            new(renewal.ClientId, renewal.Environment, [new("payments", "v1", [.. renewal.Lines[0].Endpoints.Select(e => e.Operation)])], renewal.Justification, bank.Clock.GetUtcNow().AddDays(60)),
            default)).Value;
        var facts = await reader.OfRequestAsync(bank.Olivia, number, default);
        Assert.Equal((2, 2, 0L), (facts!.Endpoints, facts.Of, facts.Calls));
        Assert.Equal(2, (await bank.GrantsAsync()).Count(g => g.State is GrantState.Active));
        await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("getPayment", true, null), new("listPayments", true, null)], default);
        Assert.Equal([GrantState.Active, GrantState.Active, GrantState.Superseded, GrantState.Superseded], (await bank.GrantsAsync()).Select(g => g.State).Order());
        Assert.Null(await reader.OfRequestAsync(bank.Olivia, number, default));
    }

    /// <summary>Four replicas at once, each until it finds nothing due.</summary>
    private static async Task<int> TellAsync(RenewalReminder reminder)
    {
        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var steps = 0;
            while (await reminder.RemindNextAsync(default))
                steps++;
            return steps;
        }));
        return told.Sum();
    }

    private static async Task<IReadOnlyList<NotificationRow>> InboxOf(Bank bank, Actor person) =>
        [.. (await bank.Use<InboxReader>().ListAsync(person, false, new(), default)).Items.Where(n => n.Kind == NotificationKind.AccessEnding)];
}
