using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.People;

public sealed class MembershipTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(TeamRole.Owner)]
    [InlineData(TeamRole.Developer)]
    public async Task An_administrator_cannot_take_a_team_s_access_by_joining_it(TeamRole role)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var set = bank.Use<SetMembership>();

        var refused = await set.ExecuteAsync(bank.Admin, new("payments", "ANNA", role), default);

        Assert.Equal(("own_membership", "userName"), (Assert.Single(refused.Problems).Code, refused.Problems[0].Field));
        Assert.True((await set.ExecuteAsync(bank.Admin, new("payments", "stan", role), default)).Succeeded);
        Assert.True((await set.ExecuteAsync(bank.Olivia, new("payments", "anna", role), default)).Succeeded);
        Assert.True((await set.ExecuteAsync(bank.Admin, new("payments", "anna", null), default)).Succeeded);
    }

    [Fact]
    public async Task A_team_s_count_of_apis_does_not_tell_strangers_of_its_drafts()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");

        foreach (var (person, apis) in new[] { (bank.Olivia, 1), (bank.Auditor, 1), (bank.Dirk, 0) })
        {
            var teams = await bank.Use<TeamReader>().ListAsync(person, mineOnly: false, new PageRequest(), default);
            Assert.Equal(apis, teams.Items.Single(t => t.Name == "payments").Apis);
        }
    }

    [Fact]
    public async Task A_name_does_not_end_with_a_line_feed()
    {
        await using var bank = await Bank.OpenAsync(postgres);

        var team = await bank.Use<CreateTeam>().ExecuteAsync(bank.Admin, new("cards\n", "Cards", "olivia"), default);
        Assert.Equal("name_invalid", Assert.Single(team.Problems).Code);
    }
}
