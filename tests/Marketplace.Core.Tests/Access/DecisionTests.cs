using Marketplace.Core.Access;
using Marketplace.Core.People;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Access;

public sealed class DecisionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly OperationDecision[] ApproveOneDenyOne = [new("getPayment", true, null), new("createPayment", false, "Read first.")];

    [Fact]
    public async Task Approved_endpoints_become_grants_with_one_audit_event_and_one_revision()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment", "createPayment");
        var before = await RevisionAsync(bank);

        var outcome = await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, ApproveOneDenyOne, default);

        Assert.Equal(new DecidedRequest(number, 1, 1, 0, before + 1), outcome.Value);
        var grant = Assert.Single(await bank.GrantsAsync());
        Assert.Equal(("getPayment", "Olivia Owner", number), (grant.Operation, grant.GrantedBy, grant.RequestNumber));
        Assert.Equal(bank.Clock.GetUtcNow().AddDays(30), grant.ValidUntil);
        Assert.Equal(before + 1, await RevisionAsync(bank));
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'access_request.decided'"));
        var request = await bank.Use<AccessRequestReader>().FindAsync(bank.Dirk, number, default);
        Assert.Equal("Read first.", request!.Items.Single(i => i.Decision == Decision.Denied).Reason);
    }

    [Fact]
    public async Task Two_owners_approving_at_once_yield_one_set_of_grants()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        for (var round = 0; round < 10; round++)
        {
            var number = await bank.RequestAsync(Bank.PaymentOperations);
            OperationDecision[] all = [.. Bank.PaymentOperations.Select(o => new OperationDecision(o, true, null))];
            using var start = new Barrier(2);
            var outcomes = await Task.WhenAll(Owners(bank).Select(owner => Task.Run(() =>
            {
                start.SignalAndWait();
                return bank.Use<DecideAccessRequest>().ExecuteAsync(owner, number, all, default);
            })));

            Assert.Single(outcomes, o => o.Succeeded);
            Assert.Equal("already_decided", Assert.Single(outcomes.Single(o => !o.Succeeded).Problems).Code);
            Assert.Equal(4L, await bank.Database.ScalarAsync<long>("select count(*) from access_grant where ended_at is null"));
            Assert.Equal(4L * (round + 1), await bank.Database.ScalarAsync<long>("select count(*) from access_grant"));
        }
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_grant_of_one_approval()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        const string Copy = """
            insert into access_grant select gen_random_uuid(), application_id, operation_id, api_version_id, environment, {0},
              valid_from, valid_until, granted_by, granted_at from access_grant
            """;
        var sameItem = await Assert.ThrowsAsync<PostgresException>(() => bank.Database.ExecuteAsync(Copy.Replace("{0}", "access_request_item_id", StringComparison.Ordinal)));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, sameItem.SqlState);
    }

    [Fact]
    public async Task Endpoints_can_be_decided_one_by_one_by_different_owners()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment", "createPayment");
        var decide = bank.Use<DecideAccessRequest>();

        Assert.Equal(1, (await decide.ExecuteAsync(bank.Olivia, number, [new("getPayment", true, null)], default)).Value!.StillPending);
        Assert.Equal("already_decided", (await decide.ExecuteAsync(bank.Oscar, number, [new("getPayment", false, "No.")], default)).Problems[0].Code);
        Assert.Equal(0, (await decide.ExecuteAsync(bank.Oscar, number, [new("createPayment", true, null)], default)).Value!.StillPending);
        Assert.Equal(2, (await bank.GrantsAsync()).Count);
    }

    [Fact]
    public async Task Only_an_owner_of_the_api_decides_and_never_the_requester()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        foreach (var other in new[] { bank.Carla, bank.Dirk, bank.Stranger, bank.Admin, bank.SecurityOfficer, bank.Auditor })
        {
            var refused = await bank.Use<DecideAccessRequest>().ExecuteAsync(other, number, [new("getPayment", true, null)], default);
            Assert.Equal(Problem.NotFound, Assert.Single(refused.Problems).Code);
        }

        await bank.Use<SetMembership>().ExecuteAsync(bank.Olivia, new("payments", "dirk", TeamRole.Owner), default);
        var own = await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Dirk, number, [new("getPayment", true, null)], default);
        Assert.Equal("own_request", Assert.Single(own.Problems).Code);
        Assert.Empty(await bank.GrantsAsync());
    }

    [Fact]
    public async Task A_renewal_takes_the_place_of_the_grant_before_it()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        bank.Clock.Advance(TimeSpan.FromDays(10));
        await bank.GrantAsync("getPayment");

        Assert.Equal([GrantState.Active, GrantState.Superseded], (await bank.GrantsAsync()).Select(g => g.State));
    }

    [Fact]
    public async Task What_became_impossible_meanwhile_is_not_approved()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        bank.Clock.Advance(TimeSpan.FromDays(31));
        await bank.Database.ExecuteAsync("update operation set removed_in = 2 where key = 'getPayment'");

        var outcome = await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("getPayment", true, null)], default);

        Assert.Equal(["operation_removed", "request_expired"], outcome.Problems.Select(p => p.Code));
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("getPayment", false, "Too late.")], default)).Succeeded);
    }

    private static Actor[] Owners(Bank bank) => [bank.Olivia, bank.Oscar];

    private static async Task<long> RevisionAsync(Bank bank) => await bank.Database.ScalarAsync<long>("select revision from policy_head");
}
