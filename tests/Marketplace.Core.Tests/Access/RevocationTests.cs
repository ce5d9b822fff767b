using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

public sealed class RevocationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_revoked_grant_shows_who_did_it_when_and_why()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var grant = (await bank.GrantsAsync())[0];

        var outcome = await bank.Use<EndGrants>().ExecuteAsync(bank.Oscar, GrantScope.Of(grant.Id), null, "Leaked credentials.", default);

        Assert.True(outcome.Succeeded);
        var revoked = await bank.Use<GrantReader>().FindAsync(bank.Dirk, grant.Id, default);
        Assert.Equal((GrantState.Revoked, "Oscar Owner", "Leaked credentials."), (revoked!.State, revoked.EndedBy, revoked.EndReason));
        Assert.Equal(bank.Clock.GetUtcNow(), revoked.EndedAt);
        Assert.Equal(outcome.Value.Revision, await bank.Database.ScalarAsync<long>("select max(revision) from policy_change where kind = 'revoked'"));
        var again = await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Again.", default);
        Assert.Equal("already_ended", Assert.Single(again.Problems).Code);
    }

    [Fact]
    public async Task Only_both_teams_and_the_security_officer_may_revoke()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var grants = await bank.GrantsAsync();
        foreach (var other in new[] { bank.Stranger, bank.Auditor, bank.Admin })
        {
            var refused = await bank.Use<EndGrants>().ExecuteAsync(other, GrantScope.Of(grants[0].Id), null, "No.", default);
            Assert.Equal(Problem.NotFound, Assert.Single(refused.Problems).Code);
        }

        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.SecurityOfficer, GrantScope.Of(grants[0].Id), null, "Incident 7.", default)).Succeeded);
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Dirk, GrantScope.Of(grants[1].Id), null, "No longer needed.", default)).Succeeded);
    }

    [Fact]
    public async Task A_revocation_without_a_reason_does_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var outcome = await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of((await bank.GrantsAsync())[0].Id), null, " ", default);
        Assert.Equal(("reason_missing", "reason"), (outcome.Problems[0].Code, outcome.Problems[0].Field));
        Assert.Equal(GrantState.Active, (await bank.GrantsAsync())[0].State);
    }
}
