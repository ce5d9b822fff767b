using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.People;

public sealed class GroupTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Issuer = "https://idp.example";

    [Fact]
    public async Task What_groups_give_comes_and_goes_with_them_and_what_people_gave_stays()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await MapAsync(bank, "pay-dev", "payments", TeamRole.Developer, null);
        await MapAsync(bank, "pay-own", "payments", TeamRole.Owner, null);
        await MapAsync(bank, "chan", "channels", TeamRole.Developer, null);
        await MapAsync(bank, "sec", null, null, PlatformRole.SecurityOfficer);

        var nia = await SignInAsync(bank, "pay-dev", "chan", "unknown");
        Assert.Equal("channels:developer:group payments:developer:group", await TeamsAsync(bank, nia));
        Assert.True((await bank.Use<SetMembership>().ExecuteAsync(bank.Carla, new("channels", nia.UserName, TeamRole.Owner), default)).Succeeded);
        // By hand nobody takes away what a group gives.
        Assert.Equal("by_group", Assert.Single((await bank.Use<SetMembership>().ExecuteAsync(bank.Olivia, new("payments", nia.UserName, null), default)).Problems).Code);

        nia = await SignInAsync(bank, "pay-dev", "pay-own", "sec");
        Assert.Equal(PlatformRole.SecurityOfficer, nia.PlatformRole);
        Assert.Equal("channels:owner payments:owner:group", await TeamsAsync(bank, nia));
        Assert.True((await bank.Use<ChangePlatformRole>().ExecuteAsync(bank.Admin, nia.UserName, PlatformRole.Administrator, default)).Succeeded);

        nia = await SignInAsync(bank);
        Assert.Equal(PlatformRole.Administrator, nia.PlatformRole);
        Assert.Equal("channels:owner", await TeamsAsync(bank, nia));
        await using var db = await bank.OpenAsync();
        var trail = await db.AuditEvents.Where(e => e.Actor == "Example Bank").OrderBy(e => e.Sequence).Select(e => e.Action + " " + e.Subject).ToListAsync();
        Assert.Equal(
            ["person.provisioned nia", "team.membership_changed payments", "team.membership_changed channels", "person.role_changed nia",
             "team.membership_changed payments", "team.membership_changed channels", "person.role_changed nia", "team.membership_changed payments"],
            trail);
        Assert.Null(await bank.Use<Core.Audit.AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task A_team_that_loses_its_last_owner_by_a_group_is_told_to_administrators()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await MapAsync(bank, "pay-own", "payments", TeamRole.Owner, null);
        await SignInAsync(bank, "pay-own");
        await bank.Database.ExecuteAsync("delete from membership m using team t where t.id = m.team_id and t.name = 'payments' and role_by_group is null; delete from inbox_entry");

        await SignInAsync(bank);

        Assert.Equal("Administrators only", await bank.Database.ScalarAsync<string>(
            "select case when bool_and(p.platform_role = 'administrator') and count(*) > 0 then 'Administrators only' end from inbox_entry e join person p on p.id = e.person_id join notification n on n.id = e.notification_id where n.kind = 'team_without_owner'"));
    }

    [Fact]
    public async Task Nobody_maps_a_group_of_their_own_and_an_auditor_by_group_is_in_no_team()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync($"insert into person_identity values ('{Issuer}', 'admin', '{bank.Admin.Id}', null, now(), now(), array['admins'])");
        var own = await bank.Use<ChangeGroupMapping>().AddAsync(bank.Admin, new("admins", "payments", TeamRole.Owner, null), default);
        Assert.Equal("own_group", Assert.Single(own.Problems).Code);

        await MapAsync(bank, "audit", null, null, PlatformRole.Auditor);
        await MapAsync(bank, "pay-dev", "payments", TeamRole.Developer, null);
        var nia = await SignInAsync(bank, "pay-dev");
        nia = await SignInAsync(bank, "pay-dev", "audit");
        Assert.Equal((PlatformRole.Auditor, ""), (nia.PlatformRole, await TeamsAsync(bank, nia)));
    }

    [Fact]
    public async Task Two_first_sign_ins_at_once_make_one_account_and_names_do_not_collide()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var same = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignInAsync(bank)));
        Assert.Single(same.Select(p => p.Id).Distinct());
        var other = await Company(bank).ExecuteAsync(new("other", "nia", "Nia Two", null, false, []), "test", default);
        Assert.Equal("nia-2", other.Value!.UserName);
    }

    [Theory]
    [InlineData(true, true, "joined")]
    [InlineData(true, false, "account_not_linked")]
    [InlineData(false, true, "account_not_linked")]
    public async Task A_verified_address_joins_an_account_only_where_that_is_allowed(bool isAllowed, bool isVerified, string expected)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update person set email = 'Olivia@example.com' where user_name = 'olivia'");

        var outcome = await Company(bank, isAllowed).ExecuteAsync(new("o-1", "olivia", "Olivia", "olivia@EXAMPLE.com", isVerified, []), "test", default);

        Assert.Equal(expected, outcome.Succeeded ? outcome.Value.Id == bank.Olivia.Id ? "joined" : "made anew" : outcome.Problems[0].Code);
    }

    [Fact]
    public async Task There_is_always_an_administrator_and_nobody_changes_their_own_role()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var change = bank.Use<ChangePlatformRole>();
        Assert.Equal("own_role", Assert.Single((await change.ExecuteAsync(bank.Admin, "anna", null, default)).Problems).Code);
        Assert.True((await change.ExecuteAsync(bank.Admin, "stan", PlatformRole.Administrator, default)).Succeeded);
        var stan = bank.Stranger with { Role = PlatformRole.Administrator };

        // Each takes the other out at the same moment.
        var both = await Task.WhenAll(
            bank.Use<DisablePerson>().ExecuteAsync(bank.Admin, "stan", true, "Left.", default),
            bank.Use<DisablePerson>().ExecuteAsync(stan, "anna", true, "Left.", default));

        Assert.Single(both, outcome => outcome.Succeeded);
        Assert.Single(both, outcome => outcome.Problems.Any(p => p.Code == "last_administrator"));
    }

    private static CompanySignIn Company(Bank bank, bool linkVerifiedEmail = false) => new(
        bank.Use<IDbContextFactory<MarketplaceDb>>(),
        new SignInRules { Company = new(Issuer, "Example Bank") { LinkVerifiedEmail = linkVerifiedEmail } },
        bank.Clock);

    private static async Task<Person> SignInAsync(Bank bank, params string[] groups)
    {
        var outcome = await Company(bank).ExecuteAsync(new("nia", "Nia@bank.example", "Nia Newcomer", "nia@example.com", true, groups), "test", default);
        return outcome.Value ?? throw new InvalidOperationException(string.Join("; ", outcome.Problems));
    }

    private static async Task MapAsync(Bank bank, string group, string? team, TeamRole? teamRole, PlatformRole? platformRole)
    {
        var added = await bank.Use<ChangeGroupMapping>().AddAsync(bank.Admin, new(group, team, teamRole, platformRole), default);
        Assert.True(added.Succeeded, string.Join("; ", added.Problems));
    }

    private static async Task<string> TeamsAsync(Bank bank, Person person)
    {
        var found = await bank.Use<PersonReader>().FindAsync(bank.Admin, person.UserName, default);
        return string.Join(' ', found!.Teams.OrderBy(t => t.Team, StringComparer.Ordinal).Select(t => $"{t.Team}:{t.Role.ToString().ToLowerInvariant()}{(t.ByGroup ? ":group" : "")}"));
    }
}
