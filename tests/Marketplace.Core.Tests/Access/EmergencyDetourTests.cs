using System.Text.Json;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ending;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Access;

/// <summary>Nobody goes by an emergency around what others decided, nor around those who look at it afterwards.</summary>
public sealed class EmergencyDetourTests(PostgresFixture postgres) : EmergencyCase(postgres)
{
    [Fact]
    public async Task What_others_decided_is_not_gone_around_by_another_application_of_the_team_or_by_taking_it_again()
    {
        await Bank.Database.ExecuteAsync(
            $"""
            insert into approval_policy select 2, E'otherwise then owner\nbreak glass for confidential in production up to 4 hours', 'A test.', '{Bank.Admin.Id}', now();
            insert into approval_policy_effect values (2, 2, '{Bank.Admin.Id}', 'A test.', '{Bank.SecurityOfficer.Id}', now())
            """);
        var other = (await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var (take, end, suspend, review) = (Bank.Use<TakeEmergencyAccess>(), Bank.Use<EndEmergency>(), Bank.Use<SuspendGrants>(), Bank.Use<ReviewEmergency>());

        // Set aside for the one, it is not taken for the other; what the team itself set aside binds nobody else.
        await TakeAsync(Bank.Dirk, "getPayment");
        Assert.True((await suspend.ExecuteAsync(Bank.Dirk, new(Bank.App.ClientId), null, "Not now.", default)).Succeeded);
        Assert.Null(await RefusedAsync(Bank.Carla, "getPayment"));
        Assert.True((await end.ExecuteAsync(Bank.Carla, 2, "Not needed any more.", default)).Succeeded);
        Assert.True((await suspend.ExecuteAsync(Bank.Olivia, new(Bank.App.ClientId), null, "We look into it.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync(Bank.Carla, "getPayment"));
        // Also when what is suspended would be over.
        Bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal("access_suspended", Assert.Single((await TakeAsync(Bank.Dirk, "getPayment")).Problems).Code);

        // What an owner ended, emergency or approved, waits a day.
        await Bank.Database.ExecuteAsync("update access_grant set ended_at = valid_until, end_kind = 'revoked', end_reason = 'Over.' where ended_at is null");
        await Bank.GrantAsync("listPayments");
        Assert.True((await Bank.Use<EndGrants>().ExecuteAsync(Bank.Olivia, new(Bank.App.ClientId), null, "Misused.", default)).Succeeded);
        Assert.Equal("emergency_ended", Assert.Single((await TakeAsync(Bank.Dirk, "listPayments")).Problems).Code);
        Assert.Equal("emergency_ended", await RefusedAsync(Bank.Dirk, "listPayments"));
        Bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(await RefusedAsync(Bank.Dirk, "listPayments"));

        // What was found not justified is asked for, until somebody has approved it or a month has gone by.
        Assert.True((await end.ExecuteAsync(Bank.Dirk, 3, "Not needed any more.", default)).Succeeded);
        Assert.True((await review.ExecuteAsync(Bank.Olivia, 3, ReviewOutcome.NotJustified, "It could have waited for us.", default)).Succeeded);
        Assert.Equal("emergency_not_justified", Assert.Single((await TakeAsync(Bank.Carla, "listPayments")).Problems).Code);
        Bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.True((await TakeAsync(Bank.Carla, "listPayments")).Succeeded);

        async Task<string?> RefusedAsync(Actor actor, string operation) =>
            (await take.ExecuteAsync(actor, Input(operation) with { ClientId = other }, default)).Problems.Select(p => p.Code).SingleOrDefault();
    }

    [Fact]
    public async Task What_others_stopped_is_not_washed_away_by_giving_it_up()
    {
        var other = (await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var (end, suspend, scope) = (Bank.Use<EndGrants>(), Bank.Use<SuspendGrants>(), new GrantScope(Bank.App.ClientId));

        // A security officer's suspension: neither the application takes it then, nor another one of its team.
        await TakeAsync(Bank.Dirk, "getPayment");
        Assert.True((await suspend.ExecuteAsync(Bank.SecurityOfficer, scope, null, "Misused.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(Bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        var refused = Assert.Single((await TakeAsync(Bank.Dirk, "getPayment")).Problems);
        Assert.Equal(
            ("ended_by_officer", $"Sven Security, a security officer, had suspended getPayment for Mobile app when it ended on {Bank.Clock.GetUtcNow():yyyy-MM-dd}. Ask for access: a security officer decides."),
            (refused.Code, refused.Message));
        Assert.Equal("emergency_ended", (await TakeAsync(other, "getPayment")).Problems.Select(p => p.Code).SingleOrDefault());

        // An owner's, for a day: a suspension, and an end to come.
        await TakeAsync(Bank.Dirk, "listPayments", "createPayment");
        var open = (await Bank.GrantsAsync()).Where(g => g.EndedAt is null).ToDictionary(g => g.Operation, g => g.Id);
        Assert.True((await suspend.ExecuteAsync(Bank.Olivia, GrantScope.Of(open["listPayments"]), null, "We look into it.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(Bank.Olivia, GrantScope.Of(open["createPayment"]), Bank.Clock.GetUtcNow().AddMinutes(1), "Enough.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(Bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        foreach (var operation in open.Keys)
            Assert.Equal("emergency_ended", (await TakeAsync(Bank.Carla, operation)).Problems.Select(p => p.Code).SingleOrDefault());
        Bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.True((await TakeAsync(Bank.Carla, "listPayments", "createPayment")).Succeeded);

        // What the team itself set aside is its own.
        Assert.True((await suspend.ExecuteAsync(Bank.Dirk, scope, null, "Not now.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(Bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        Assert.True((await TakeAsync(Bank.Dirk, "listPayments")).Succeeded);

        // Nor is anything washed away with the application.
        Assert.True((await TakeAsync(other, "cancelPayment")).Succeeded);
        Assert.True((await suspend.ExecuteAsync(Bank.SecurityOfficer, new(other), null, "Misused.", default)).Succeeded);
        Assert.True((await Bank.Use<DeleteApplication>().ExecuteAsync(Bank.Carla, other, "Second", "We begin anew.", default)).Succeeded);
        Assert.Equal("emergency_ended", (await TakeAsync(Bank.Dirk, "cancelPayment")).Problems.Select(p => p.Code).SingleOrDefault());
    }

    [Fact]
    public async Task What_an_application_had_that_a_security_officer_stopped_no_other_one_of_its_team_takes()
    {
        var other = (await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var disable = Bank.Use<DisableApplication>();
        await TakeAsync(Bank.Dirk, "getPayment");
        // What its team stopped binds nobody else.
        Assert.True((await disable.ExecuteAsync(Bank.Dirk, Bank.App.ClientId, true, "Incident.", default)).Succeeded);
        Assert.True((await TakeAsync(other, "getPayment")).Succeeded);
        Assert.True((await Bank.Use<EndEmergency>().ExecuteAsync(Bank.Carla, 2, "Not needed.", default)).Succeeded);

        Assert.True((await disable.ExecuteAsync(Bank.SecurityOfficer, Bank.App.ClientId, true, "Its secret is known.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync());
        // Nor once it was given up.
        Assert.True((await Bank.Use<EndGrants>().ExecuteAsync(Bank.Dirk, new(Bank.App.ClientId), null, "Not needed.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync());
        Assert.True((await TakeAsync(other, "listPayments")).Succeeded);
        Assert.True((await disable.ExecuteAsync(Bank.SecurityOfficer, Bank.App.ClientId, false, "It has a new one.", default)).Succeeded);
        Assert.Null(await RefusedAsync());

        async Task<string?> RefusedAsync() => (await TakeAsync(other, "getPayment")).Problems.Select(p => p.Code).SingleOrDefault();
    }

    [Fact]
    public async Task Nobody_takes_and_ends_it_over_and_over()
    {
        for (var i = 1; i <= EmergencyRules.MostInADay; i++)
        {
            Assert.True((await TakeAsync(Bank.Dirk, "getPayment")).Succeeded);
            Assert.True((await Bank.Use<EndEmergency>().ExecuteAsync(Bank.Dirk, i, "Not needed any more.", default)).Succeeded);
        }
        Assert.Equal("emergency_limit", Assert.Single((await TakeAsync(Bank.Carla, "getPayment")).Problems).Code);
        Bank.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True((await TakeAsync(Bank.Carla, "getPayment")).Succeeded);
    }

    [Fact]
    public async Task A_colleague_does_not_review_it_wherever_they_or_the_application_are_by_then()
    {
        await TakeAsync(Bank.Dirk, "getPayment");
        Bank.Clock.Advance(TimeSpan.FromHours(4));
        await Bank.Database.ExecuteAsync(
            $"""
            update application set team_id = (select id from team where name = 'payments') where client_id = '{Bank.App.ClientId}';
            insert into team (id, name, title, created_at) values (gen_random_uuid(), 'others', 'Others', now());
            update api set team_id = (select id from team where name = 'others');
            delete from membership where person_id = '{Bank.Carla.Id}';
            insert into membership (team_id, person_id, role) select id, '{Bank.Carla.Id}', 'owner' from team where name = 'others'
            """);
        var review = Bank.Use<ReviewEmergency>();
        foreach (var colleague in new[] { Bank.Carla, Bank.Carla with { Role = PlatformRole.SecurityOfficer }, Bank.Dirk with { Role = PlatformRole.SecurityOfficer } })
            Assert.Equal(Problem.Forbidden, Assert.Single((await review.ExecuteAsync(colleague, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code);
        // Nor do those who have the application now: it called with what was taken.
        Assert.Equal(Problem.Forbidden, Assert.Single((await review.ExecuteAsync(Bank.Olivia, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code);
        Assert.True((await review.ExecuteAsync(Bank.SecurityOfficer, 1, ReviewOutcome.NotJustified, "Nobody needed it.", default)).Succeeded);
    }
}
