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

/// <summary>By the policy that a new marketplace has: in production, for hours, and nothing that is restricted.</summary>
public sealed class EmergencyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await Bank.OpenAsync(postgres, ownersDecide: false);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task A_member_of_the_team_takes_access_at_once_for_hours_and_everybody_concerned_is_told()
    {
        var now = _bank.Clock.GetUtcNow();
        var taken = await TakeAsync(_bank.Dirk, "getPayment", "cancelPayment");
        Assert.True(taken.Succeeded);
        Assert.Equal((1L, now.AddHours(4)), (taken.Value!.Number, taken.Value.Until));
        var grants = await _bank.GrantsAsync();
        Assert.All(grants, g => Assert.Equal((GrantState.Active, 1L, now.AddHours(4), false), (g.State, g.Emergency, g.ValidUntil, g.MayRenew)));
        Assert.All(grants, g => Assert.Equal("Approval policy 1, rule “break glass”", g.GrantedBy));
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from policy_change where kind = 'granted'"));

        foreach (var told in new[] { _bank.Olivia, _bank.Oscar, _bank.Carla, _bank.SecurityOfficer, _bank.Auditor })
        {
            var news = Assert.Single((await _bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items);
            Assert.Equal((NotificationKind.EmergencyTaken, "Emergency: Dirk Developer took access to 2 endpoints of Payments v1 for Mobile app"), (news.Kind, news.Subject));
            Assert.Contains("without approval, for incident INC-4711.\nWhy: Payments hang and customers wait.\nDELETE /payments/{id}\nGET /payments/{id}", news.Text, StringComparison.Ordinal);
        }
        // It may have been somebody else with Dirk's session.
        var own = Assert.Single((await _bank.Use<InboxReader>().ListAsync(_bank.Dirk, false, new(), default)).Items);
        Assert.Equal("You took emergency access to 2 endpoints of Payments v1 for Mobile app", own.Subject);
        foreach (var other in new[] { _bank.Admin, _bank.Stranger })
            Assert.Empty((await _bank.Use<InboxReader>().ListAsync(other, false, new(), default)).Items);

        await using var db = await _bank.OpenAsync();
        var entry = await db.AuditEvents.SingleAsync(e => e.Action == "emergency.taken");
        using var content = JsonDocument.Parse(entry.Content);
        var details = content.RootElement.GetProperty("details");
        Assert.Equal(("Dirk Developer", "INC-4711", 0, 2), (
            entry.Actor, details.GetProperty("incident").GetString(), details.GetProperty("before").GetProperty("operations").GetArrayLength(), details.GetProperty("after").GetProperty("operations").GetArrayLength()));
        Assert.Equal(["api", "application", "team", "team"], await db.AuditAbouts.Where(a => a.Sequence == entry.Sequence).OrderBy(a => a.Kind).Select(a => a.Kind).ToListAsync());

        Assert.Equal([1L], (await _bank.Use<EmergencyReader>().OpenAsync(_bank.Olivia, null, null, "payments", "v1", default)).Select(e => e.Number));
        Assert.Empty(await _bank.Use<EmergencyReader>().OpenAsync(_bank.Stranger, null, null, "payments", "v1", default));
        _bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.All(await _bank.GrantsAsync(), g => Assert.Equal(GrantState.Expired, g.State));
        Assert.Empty(await _bank.Use<EmergencyReader>().OpenAsync(_bank.Olivia, null, null, "payments", null, default));
        // It is not extended: asking in the ordinary way goes to approvers, and taking it anew is another emergency.
        var renewal = await _bank.Use<RenewalReader>().OfAsync(_bank.Dirk, new(_bank.App.ClientId), default);
        Assert.Equal(Problem.NotFound, Assert.Single(renewal.Problems).Code);
        Assert.Equal(2L, (await TakeAsync(_bank.Dirk, "getPayment")).Value!.Number);
    }

    [Theory]
    [InlineData("production", "confidential", "otherwise then owner", null, "emergency_not_permitted")]
    [InlineData("production", "restricted", null, null, "emergency_not_permitted")]
    [InlineData("sandbox", "confidential", null, null, "emergency_not_permitted")]
    [InlineData("production", "confidential", "otherwise then owner\nbreak glass for restricted up to 1 hour", null, "emergency_not_permitted")]
    [InlineData("production", "restricted", "otherwise then owner\nbreak glass for restricted up to 1 hour", null, null)]
    [InlineData("sandbox", "restricted", "otherwise then owner\nbreak glass for restricted up to 1 hour", 2, "hours_range")]
    [InlineData("production", "internal", "otherwise then owner\nbreak glass for internal up to 24 hours", 5, "hours_range")]
    [InlineData("production", "internal", null, 0, "hours_range")]
    [InlineData("nowhere", "internal", "otherwise then owner\nbreak glass for internal up to 4 hours", null, "environment_unknown")]
    public async Task The_approval_policy_says_for_which_data_where_and_how_long_and_the_host_how_long_at_most(
        string environment, string data, string? policy, int? hours, string? refused)
    {
        await _bank.Database.ExecuteAsync($"update api set classification = '{data}'");
        if (policy is not null)
            await _bank.Database.ExecuteAsync(
                $"insert into approval_policy values (2, '{policy}', 'A test.', '{_bank.Admin.Id}', now()); insert into approval_policy_effect values (2, 2, '{_bank.Admin.Id}', 'A test.', '{_bank.SecurityOfficer.Id}', now())");
        var taken = await _bank.Use<TakeEmergencyAccess>().ExecuteAsync(_bank.Dirk, Input("getPayment") with { Environment = environment, Hours = hours }, default);
        Assert.Equal(refused, taken.Problems.Select(p => p.Code).FirstOrDefault());
        Assert.Equal(refused is null ? 1 : 0, (await _bank.GrantsAsync()).Count);
    }

    [Fact]
    public async Task What_stands_already_is_suspended_or_ended_is_not_taken_and_whoever_is_no_member_takes_nothing()
    {
        var take = _bank.Use<TakeEmergencyAccess>();
        Assert.Equal(["reason_length", "incident_missing", "operation_unknown"], (await take.ExecuteAsync(_bank.Dirk, Input("nothing") with { Reason = "Fast.", Incident = " " }, default)).Problems.Select(p => p.Code));
        foreach (var other in new[] { _bank.Olivia, _bank.Stranger, _bank.SecurityOfficer, _bank.Admin })
            Assert.Equal("application_unknown", Assert.Single((await take.ExecuteAsync(other, Input("getPayment"), default)).Problems).Code);
        Assert.True((await TakeAsync(_bank.Dirk, "getPayment")).Succeeded);
        var twice = Assert.Single((await TakeAsync(_bank.Carla, "getPayment")).Problems);
        Assert.Equal(("already_granted", "Mobile app may call getPayment until 2026-01-01 04:00 UTC already: Dirk Developer took it as emergency 1."), (twice.Code, twice.Message.Replace(At(twice.Message), "2026-01-01 04:00", StringComparison.Ordinal)));

        // What somebody set aside is not reached by taking it.
        Assert.True((await _bank.Use<SuspendGrants>().ExecuteAsync(_bank.Olivia, new(_bank.App.ClientId), null, "We look into it.", default)).Succeeded);
        Assert.Equal("access_suspended", Assert.Single((await TakeAsync(_bank.Dirk, "getPayment")).Problems).Code);
        Assert.True((await _bank.Use<DisableApplication>().ExecuteAsync(_bank.SecurityOfficer, _bank.App.ClientId, true, "Incident.", default)).Succeeded);
        Assert.Equal("application_disabled", Assert.Single((await TakeAsync(_bank.Dirk, "listPayments")).Problems).Code);
    }

    [Fact]
    public async Task Of_two_who_take_the_same_at_once_one_does_and_no_application_or_person_has_more_than_three_open()
    {
        var both = await Task.WhenAll(TakeAsync(_bank.Dirk, "getPayment"), TakeAsync(_bank.Carla, "getPayment"));
        Assert.Single(both, t => t.Succeeded);
        Assert.Equal("already_granted", Assert.Single(both.Single(t => !t.Succeeded).Problems).Code);
        Assert.Single(await _bank.GrantsAsync());

        Assert.True((await TakeAsync(_bank.Dirk, "listPayments")).Succeeded);
        Assert.True((await TakeAsync(_bank.Dirk, "createPayment")).Succeeded);
        var fourth = await TakeAsync(_bank.Carla, "cancelPayment");
        Assert.Equal("emergency_limit", Assert.Single(fourth.Problems).Code);
        // One that is over makes room.
        Assert.True((await _bank.Use<EndEmergency>().ExecuteAsync(_bank.Dirk, 1, "Not needed any more.", default)).Succeeded);
        Assert.True((await TakeAsync(_bank.Carla, "cancelPayment")).Succeeded);

        // And of the same person for several applications, also at once.
        var others = new List<string>();
        for (var i = 0; i < 4; i++)
            others.Add((await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Carla, new("channels", $"Service {i}", ""), default)).Value!.ClientId);
        var taken = await Task.WhenAll(others.Select(client => _bank.Use<TakeEmergencyAccess>().ExecuteAsync(_bank.Carla, Input("getPayment") with { ClientId = client }, default)));
        Assert.InRange(taken.Count(t => t.Succeeded), 1, 3);
        Assert.All(taken.Where(t => !t.Succeeded), t => Assert.Equal("emergency_limit", Assert.Single(t.Problems).Code));
        Assert.Equal(3L, await _bank.Database.ScalarAsync<long>($"select count(*) from emergency_access where taken_by = '{_bank.Carla.Id}' and ended_at is null"));
    }

    [Fact]
    public async Task An_owner_or_a_security_officer_ends_it_at_once_and_it_is_not_taken_again_for_a_day()
    {
        await TakeAsync(_bank.Dirk, "getPayment", "listPayments");
        var end = _bank.Use<EndEmergency>();
        foreach (var other in new[] { _bank.Stranger, _bank.Auditor, _bank.Admin })
            Assert.Equal(Problem.NotFound, Assert.Single((await end.ExecuteAsync(other, 1, "No.", default)).Problems).Code);
        Assert.Equal("reason_missing", Assert.Single((await end.ExecuteAsync(_bank.Olivia, 1, " ", default)).Problems).Code);
        var revision = (await end.ExecuteAsync(_bank.Olivia, 1, "The incident is over.", default)).Value;
        Assert.Equal(revision, await _bank.Database.ScalarAsync<long>("select max(revision) from policy_change where kind = 'revoked'"));
        Assert.Equal("already_over", Assert.Single((await end.ExecuteAsync(_bank.SecurityOfficer, 1, "Again.", default)).Problems).Code);
        Assert.All(await _bank.GrantsAsync(), g => Assert.Equal((GrantState.Revoked, "Olivia Owner", "The incident is over."), (g.State, g.EndedBy, g.EndReason)));
        foreach (var told in new[] { _bank.Dirk, _bank.SecurityOfficer, _bank.Auditor, _bank.Oscar })
            Assert.Contains((await _bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items, n => n.Kind == NotificationKind.EmergencyEnded);
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'emergency.ended'"));

        Assert.Equal("emergency_ended", Assert.Single((await TakeAsync(_bank.Carla, "getPayment")).Problems).Code);
        _bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.True((await TakeAsync(_bank.Carla, "getPayment")).Succeeded);
    }

    [Fact]
    public async Task Somebody_of_another_team_reviews_it_when_it_is_over_and_what_was_said_stays()
    {
        await TakeAsync(_bank.Dirk, "getPayment");
        var review = _bank.Use<ReviewEmergency>();
        Assert.Equal("still_open", await RefusedAsync(_bank.Olivia));
        _bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(Problem.NotFound, await RefusedAsync(_bank.Stranger));
        foreach (var other in new[] { _bank.Dirk, _bank.Carla, _bank.Admin, _bank.Auditor, _bank.Dirk with { Role = PlatformRole.SecurityOfficer }, _bank.Carla with { Role = PlatformRole.SecurityOfficer } })
            Assert.Equal(Problem.Forbidden, await RefusedAsync(other));
        Assert.Equal("review_length", Assert.Single((await review.ExecuteAsync(_bank.Olivia, 1, ReviewOutcome.Justified, "ok", default)).Problems).Code);

        var both = await Task.WhenAll(
            review.ExecuteAsync(_bank.Olivia, 1, ReviewOutcome.NotJustified, "It could have waited for us.", default),
            review.ExecuteAsync(_bank.SecurityOfficer, 1, ReviewOutcome.Justified, "The incident needed it.", default));
        Assert.Single(both, r => r.Succeeded);
        Assert.Equal("already_reviewed", Assert.Single(both.Single(r => !r.Succeeded).Problems).Code);
        Assert.Equal("already_reviewed", await RefusedAsync(_bank.Oscar));
        var reader = _bank.Use<EmergencyReader>();
        Assert.Empty((await reader.ListAsync(_bank.Auditor, new(EmergencyState.Unreviewed), new(), default)).Items);
        Assert.Single((await reader.ListAsync(_bank.Auditor, new(both[0].Succeeded ? EmergencyState.NotJustified : EmergencyState.Justified, _bank.App.ClientId, "payments"), new(), default)).Items);
        Assert.Empty((await reader.ListAsync(_bank.Stranger, new(), new(), default)).Items);
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'emergency.reviewed'"));
        Assert.False(await _bank.Use<EmergencyClock>().StepAsync(default));

        async Task<string> RefusedAsync(Actor actor) => Assert.Single((await review.ExecuteAsync(actor, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code;
    }

    [Fact]
    public async Task What_others_decided_is_not_gone_around_by_another_application_of_the_team_or_by_taking_it_again()
    {
        await _bank.Database.ExecuteAsync(
            $"""
            insert into approval_policy select 2, E'otherwise then owner\nbreak glass for confidential in production up to 4 hours', 'A test.', '{_bank.Admin.Id}', now();
            insert into approval_policy_effect values (2, 2, '{_bank.Admin.Id}', 'A test.', '{_bank.SecurityOfficer.Id}', now())
            """);
        var other = (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var (take, end, suspend, review) = (_bank.Use<TakeEmergencyAccess>(), _bank.Use<EndEmergency>(), _bank.Use<SuspendGrants>(), _bank.Use<ReviewEmergency>());

        // Set aside for the one, it is not taken for the other; what the team itself set aside binds nobody else.
        await TakeAsync(_bank.Dirk, "getPayment");
        Assert.True((await suspend.ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId), null, "Not now.", default)).Succeeded);
        Assert.Null(await RefusedAsync(_bank.Carla, "getPayment"));
        Assert.True((await end.ExecuteAsync(_bank.Carla, 2, "Not needed any more.", default)).Succeeded);
        Assert.True((await suspend.ExecuteAsync(_bank.Olivia, new(_bank.App.ClientId), null, "We look into it.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync(_bank.Carla, "getPayment"));
        // Also when what is suspended would be over.
        _bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal("access_suspended", Assert.Single((await TakeAsync(_bank.Dirk, "getPayment")).Problems).Code);

        // What an owner ended, emergency or approved, waits a day.
        await _bank.Database.ExecuteAsync("update access_grant set ended_at = valid_until, end_kind = 'revoked', end_reason = 'Over.' where ended_at is null");
        await _bank.GrantAsync("listPayments");
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Olivia, new(_bank.App.ClientId), null, "Misused.", default)).Succeeded);
        Assert.Equal("emergency_ended", Assert.Single((await TakeAsync(_bank.Dirk, "listPayments")).Problems).Code);
        Assert.Equal("emergency_ended", await RefusedAsync(_bank.Dirk, "listPayments"));
        _bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(await RefusedAsync(_bank.Dirk, "listPayments"));

        // What was found not justified is asked for, until somebody has approved it or a month has gone by.
        Assert.True((await end.ExecuteAsync(_bank.Dirk, 3, "Not needed any more.", default)).Succeeded);
        Assert.True((await review.ExecuteAsync(_bank.Olivia, 3, ReviewOutcome.NotJustified, "It could have waited for us.", default)).Succeeded);
        Assert.Equal("emergency_not_justified", Assert.Single((await TakeAsync(_bank.Carla, "listPayments")).Problems).Code);
        _bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.True((await TakeAsync(_bank.Carla, "listPayments")).Succeeded);

        async Task<string?> RefusedAsync(Actor actor, string operation) =>
            (await take.ExecuteAsync(actor, Input(operation) with { ClientId = other }, default)).Problems.Select(p => p.Code).SingleOrDefault();
    }

    [Fact]
    public async Task What_others_stopped_is_not_washed_away_by_giving_it_up()
    {
        var other = (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var (end, suspend, scope) = (_bank.Use<EndGrants>(), _bank.Use<SuspendGrants>(), new GrantScope(_bank.App.ClientId));

        // A security officer's suspension: neither the application takes it then, nor another one of its team.
        await TakeAsync(_bank.Dirk, "getPayment");
        Assert.True((await suspend.ExecuteAsync(_bank.SecurityOfficer, scope, null, "Misused.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(_bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        var refused = Assert.Single((await TakeAsync(_bank.Dirk, "getPayment")).Problems);
        Assert.Equal(
            ("ended_by_officer", $"Sven Security, a security officer, had suspended getPayment for Mobile app when it ended on {_bank.Clock.GetUtcNow():yyyy-MM-dd}. Ask for access: a security officer decides."),
            (refused.Code, refused.Message));
        Assert.Equal("emergency_ended", (await TakeAsync(other, "getPayment")).Problems.Select(p => p.Code).SingleOrDefault());

        // An owner's, for a day: a suspension, and an end to come.
        await TakeAsync(_bank.Dirk, "listPayments", "createPayment");
        var open = (await _bank.GrantsAsync()).Where(g => g.EndedAt is null).ToDictionary(g => g.Operation, g => g.Id);
        Assert.True((await suspend.ExecuteAsync(_bank.Olivia, GrantScope.Of(open["listPayments"]), null, "We look into it.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(_bank.Olivia, GrantScope.Of(open["createPayment"]), _bank.Clock.GetUtcNow().AddMinutes(1), "Enough.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(_bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        foreach (var operation in open.Keys)
            Assert.Equal("emergency_ended", (await TakeAsync(_bank.Carla, operation)).Problems.Select(p => p.Code).SingleOrDefault());
        _bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.True((await TakeAsync(_bank.Carla, "listPayments", "createPayment")).Succeeded);

        // What the team itself set aside is its own.
        Assert.True((await suspend.ExecuteAsync(_bank.Dirk, scope, null, "Not now.", default)).Succeeded);
        Assert.True((await end.ExecuteAsync(_bank.Dirk, scope, null, "Not needed.", default)).Succeeded);
        Assert.True((await TakeAsync(_bank.Dirk, "listPayments")).Succeeded);

        // Nor is anything washed away with the application.
        Assert.True((await TakeAsync(other, "cancelPayment")).Succeeded);
        Assert.True((await suspend.ExecuteAsync(_bank.SecurityOfficer, new(other), null, "Misused.", default)).Succeeded);
        Assert.True((await _bank.Use<DeleteApplication>().ExecuteAsync(_bank.Carla, other, "Second", "We begin anew.", default)).Succeeded);
        Assert.Equal("emergency_ended", (await TakeAsync(_bank.Dirk, "cancelPayment")).Problems.Select(p => p.Code).SingleOrDefault());
    }

    [Fact]
    public async Task What_an_application_had_that_a_security_officer_stopped_no_other_one_of_its_team_takes()
    {
        var other = (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Dirk, new("channels", "Second", ""), default)).Value!.ClientId;
        var disable = _bank.Use<DisableApplication>();
        await TakeAsync(_bank.Dirk, "getPayment");
        // What its team stopped binds nobody else.
        Assert.True((await disable.ExecuteAsync(_bank.Dirk, _bank.App.ClientId, true, "Incident.", default)).Succeeded);
        Assert.True((await TakeAsync(other, "getPayment")).Succeeded);
        Assert.True((await _bank.Use<EndEmergency>().ExecuteAsync(_bank.Carla, 2, "Not needed.", default)).Succeeded);

        Assert.True((await disable.ExecuteAsync(_bank.SecurityOfficer, _bank.App.ClientId, true, "Its secret is known.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync());
        // Nor once it was given up.
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId), null, "Not needed.", default)).Succeeded);
        Assert.Equal("access_suspended", await RefusedAsync());
        Assert.True((await TakeAsync(other, "listPayments")).Succeeded);
        Assert.True((await disable.ExecuteAsync(_bank.SecurityOfficer, _bank.App.ClientId, false, "It has a new one.", default)).Succeeded);
        Assert.Null(await RefusedAsync());

        async Task<string?> RefusedAsync() => (await TakeAsync(other, "getPayment")).Problems.Select(p => p.Code).SingleOrDefault();
    }

    [Fact]
    public async Task Nobody_takes_and_ends_it_over_and_over()
    {
        for (var i = 1; i <= EmergencyRules.MostInADay; i++)
        {
            Assert.True((await TakeAsync(_bank.Dirk, "getPayment")).Succeeded);
            Assert.True((await _bank.Use<EndEmergency>().ExecuteAsync(_bank.Dirk, i, "Not needed any more.", default)).Succeeded);
        }
        Assert.Equal("emergency_limit", Assert.Single((await TakeAsync(_bank.Carla, "getPayment")).Problems).Code);
        _bank.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True((await TakeAsync(_bank.Carla, "getPayment")).Succeeded);
    }

    [Fact]
    public async Task A_colleague_does_not_review_it_wherever_they_or_the_application_are_by_then()
    {
        await TakeAsync(_bank.Dirk, "getPayment");
        _bank.Clock.Advance(TimeSpan.FromHours(4));
        await _bank.Database.ExecuteAsync(
            $"""
            update application set team_id = (select id from team where name = 'payments') where client_id = '{_bank.App.ClientId}';
            insert into team (id, name, title, created_at) values (gen_random_uuid(), 'others', 'Others', now());
            update api set team_id = (select id from team where name = 'others');
            delete from membership where person_id = '{_bank.Carla.Id}';
            insert into membership (team_id, person_id, role) select id, '{_bank.Carla.Id}', 'owner' from team where name = 'others'
            """);
        var review = _bank.Use<ReviewEmergency>();
        foreach (var colleague in new[] { _bank.Carla, _bank.Carla with { Role = PlatformRole.SecurityOfficer }, _bank.Dirk with { Role = PlatformRole.SecurityOfficer } })
            Assert.Equal(Problem.Forbidden, Assert.Single((await review.ExecuteAsync(colleague, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code);
        // Nor do those who have the application now: it called with what was taken.
        Assert.Equal(Problem.Forbidden, Assert.Single((await review.ExecuteAsync(_bank.Olivia, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code);
        Assert.True((await review.ExecuteAsync(_bank.SecurityOfficer, 1, ReviewOutcome.NotJustified, "Nobody needed it.", default)).Succeeded);
    }

    [Fact]
    public async Task It_waits_for_its_review_for_ever_and_reminds_ever_louder_also_where_the_owners_are_gone()
    {
        await _bank.Database.ExecuteAsync("delete from membership m using team t where t.id = m.team_id and t.name = 'payments'");
        Assert.True((await TakeAsync(_bank.Dirk, "getPayment")).Succeeded);
        var step = _bank.Use<EmergencyClock>();
        Assert.False(await step.StepAsync(default));
        var told = new List<(int Officer, int Auditor, int Admin)>();
        foreach (var wait in new[] { TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(7) })
        {
            _bank.Clock.Advance(wait);
            // Any replica may be the one that does it, and one does.
            Assert.Single(await Task.WhenAll(step.StepAsync(default), step.StepAsync(default)), done => done);
            Assert.False(await step.StepAsync(default));
            told.Add((await CountAsync(_bank.SecurityOfficer), await CountAsync(_bank.Auditor), await CountAsync(_bank.Admin)));
        }

        Assert.Equal([(1, 0, 0), (2, 0, 0), (3, 1, 1), (4, 2, 2), (5, 3, 3)], told);
        var last = (await _bank.Use<InboxReader>().ListAsync(_bank.Admin, false, new(), default)).Items[0];
        Assert.Equal("Emergency 1 of Mobile app has waited 17 days to be reviewed", last.Subject);
        await using var db = await _bank.OpenAsync();
        Assert.Equal(
            ["emergency.over", "emergency.review_reminded", "emergency.review_overdue", "emergency.review_overdue", "emergency.review_overdue"],
            await db.AuditEvents.Where(e => e.SubjectKind == "emergency_access" && e.Action != "emergency.taken").OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync());
        Assert.True((await _bank.Use<ReviewEmergency>().ExecuteAsync(_bank.SecurityOfficer, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Succeeded);
        _bank.Clock.Advance(TimeSpan.FromDays(30));
        Assert.False(await step.StepAsync(default));

        async Task<int> CountAsync(Actor actor) =>
            (await _bank.Use<InboxReader>().ListAsync(actor, false, new(), default)).Items.Count(n => n.Kind == NotificationKind.EmergencyReviewDue);
    }

    private Task<Outcome<TakenEmergency>> TakeAsync(Actor actor, params string[] operations) => _bank.Use<TakeEmergencyAccess>().ExecuteAsync(actor, Input(operations), default);

    private Task<Outcome<TakenEmergency>> TakeAsync(string clientId, params string[] operations) =>
        _bank.Use<TakeEmergencyAccess>().ExecuteAsync(_bank.Carla, Input(operations) with { ClientId = clientId }, default);

    private EmergencyInput Input(params string[] operations) =>
        new(_bank.App.ClientId, "payments", "v1", "production", operations, "Payments hang and customers wait.", "INC-4711", null);

    private static string At(string message) => message.Split(" until ")[1].Split(" UTC")[0];
}
