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
public sealed class EmergencyTests(PostgresFixture postgres) : EmergencyCase(postgres)
{
    [Fact]
    public async Task A_member_of_the_team_takes_access_at_once_for_hours_and_everybody_concerned_is_told()
    {
        var now = Bank.Clock.GetUtcNow();
        var taken = await TakeAsync(Bank.Dirk, "getPayment", "cancelPayment");
        Assert.True(taken.Succeeded);
        Assert.Equal((1L, now.AddHours(4)), (taken.Value!.Number, taken.Value.Until));
        var grants = await Bank.GrantsAsync();
        Assert.All(grants, g => Assert.Equal((GrantState.Active, 1L, now.AddHours(4), false), (g.State, g.Emergency, g.ValidUntil, g.MayRenew)));
        Assert.All(grants, g => Assert.Equal("Approval policy 1, rule “break glass”", g.GrantedBy));
        Assert.Equal(1L, await Bank.Database.ScalarAsync<long>("select count(*) from policy_change where kind = 'granted'"));

        foreach (var told in new[] { Bank.Olivia, Bank.Oscar, Bank.Carla, Bank.SecurityOfficer, Bank.Auditor })
        {
            var news = Assert.Single((await Bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items);
            Assert.Equal((NotificationKind.EmergencyTaken, "Emergency: Dirk Developer took access to 2 endpoints of Payments v1 for Mobile app"), (news.Kind, news.Subject));
            Assert.Contains("without approval, for incident INC-4711.\nWhy: Payments hang and customers wait.\nDELETE /payments/{id}\nGET /payments/{id}", news.Text, StringComparison.Ordinal);
        }
        // It may have been somebody else with Dirk's session.
        var own = Assert.Single((await Bank.Use<InboxReader>().ListAsync(Bank.Dirk, false, new(), default)).Items);
        Assert.Equal("You took emergency access to 2 endpoints of Payments v1 for Mobile app", own.Subject);
        foreach (var other in new[] { Bank.Admin, Bank.Stranger })
            Assert.Empty((await Bank.Use<InboxReader>().ListAsync(other, false, new(), default)).Items);

        await using var db = await Bank.OpenAsync();
        var entry = await db.AuditEvents.SingleAsync(e => e.Action == "emergency.taken");
        using var content = JsonDocument.Parse(entry.Content);
        var details = content.RootElement.GetProperty("details");
        Assert.Equal(("Dirk Developer", "INC-4711", 0, 2), (
            entry.Actor, details.GetProperty("incident").GetString(), details.GetProperty("before").GetProperty("operations").GetArrayLength(), details.GetProperty("after").GetProperty("operations").GetArrayLength()));
        Assert.Equal(["api", "application", "team", "team"], await db.AuditAbouts.Where(a => a.Sequence == entry.Sequence).OrderBy(a => a.Kind).Select(a => a.Kind).ToListAsync());

        Assert.Equal([1L], (await Bank.Use<EmergencyReader>().OpenAsync(Bank.Olivia, null, null, "payments", "v1", default)).Select(e => e.Number));
        Assert.Empty(await Bank.Use<EmergencyReader>().OpenAsync(Bank.Stranger, null, null, "payments", "v1", default));
        Bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.All(await Bank.GrantsAsync(), g => Assert.Equal(GrantState.Expired, g.State));
        Assert.Empty(await Bank.Use<EmergencyReader>().OpenAsync(Bank.Olivia, null, null, "payments", null, default));
        // It is not extended: asking in the ordinary way goes to approvers, and taking it anew is another emergency.
        var renewal = await Bank.Use<RenewalReader>().OfAsync(Bank.Dirk, new(Bank.App.ClientId), default);
        Assert.Equal(Problem.NotFound, Assert.Single(renewal.Problems).Code);
        Assert.Equal(2L, (await TakeAsync(Bank.Dirk, "getPayment")).Value!.Number);
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
        await Bank.Database.ExecuteAsync($"update api set classification = '{data}'");
        if (policy is not null)
            await Bank.Database.ExecuteAsync(
                $"insert into approval_policy values (2, '{policy}', 'A test.', '{Bank.Admin.Id}', now()); insert into approval_policy_effect values (2, 2, '{Bank.Admin.Id}', 'A test.', '{Bank.SecurityOfficer.Id}', now())");
        var taken = await Bank.Use<TakeEmergencyAccess>().ExecuteAsync(Bank.Dirk, Input("getPayment") with { Environment = environment, Hours = hours }, default);
        Assert.Equal(refused, taken.Problems.Select(p => p.Code).FirstOrDefault());
        Assert.Equal(refused is null ? 1 : 0, (await Bank.GrantsAsync()).Count);
    }

    [Fact]
    public async Task What_stands_already_is_suspended_or_ended_is_not_taken_and_whoever_is_no_member_takes_nothing()
    {
        var take = Bank.Use<TakeEmergencyAccess>();
        Assert.Equal(["reason_length", "incident_missing", "operation_unknown"], (await take.ExecuteAsync(Bank.Dirk, Input("nothing") with { Reason = "Fast.", Incident = " " }, default)).Problems.Select(p => p.Code));
        foreach (var other in new[] { Bank.Olivia, Bank.Stranger, Bank.SecurityOfficer, Bank.Admin })
            Assert.Equal("application_unknown", Assert.Single((await take.ExecuteAsync(other, Input("getPayment"), default)).Problems).Code);
        Assert.True((await TakeAsync(Bank.Dirk, "getPayment")).Succeeded);
        var twice = Assert.Single((await TakeAsync(Bank.Carla, "getPayment")).Problems);
        Assert.Equal(("already_granted", "Mobile app may call getPayment until 2026-01-01 04:00 UTC already: Dirk Developer took it as emergency 1."), (twice.Code, twice.Message.Replace(At(twice.Message), "2026-01-01 04:00", StringComparison.Ordinal)));

        // What somebody set aside is not reached by taking it.
        Assert.True((await Bank.Use<SuspendGrants>().ExecuteAsync(Bank.Olivia, new(Bank.App.ClientId), null, "We look into it.", default)).Succeeded);
        Assert.Equal("access_suspended", Assert.Single((await TakeAsync(Bank.Dirk, "getPayment")).Problems).Code);
        Assert.True((await Bank.Use<DisableApplication>().ExecuteAsync(Bank.SecurityOfficer, Bank.App.ClientId, true, "Incident.", default)).Succeeded);
        Assert.Equal("application_disabled", Assert.Single((await TakeAsync(Bank.Dirk, "listPayments")).Problems).Code);
    }

    [Fact]
    public async Task Of_two_who_take_the_same_at_once_one_does_and_no_application_or_person_has_more_than_three_open()
    {
        var both = await Task.WhenAll(TakeAsync(Bank.Dirk, "getPayment"), TakeAsync(Bank.Carla, "getPayment"));
        Assert.Single(both, t => t.Succeeded);
        Assert.Equal("already_granted", Assert.Single(both.Single(t => !t.Succeeded).Problems).Code);
        Assert.Single(await Bank.GrantsAsync());

        Assert.True((await TakeAsync(Bank.Dirk, "listPayments")).Succeeded);
        Assert.True((await TakeAsync(Bank.Dirk, "createPayment")).Succeeded);
        var fourth = await TakeAsync(Bank.Carla, "cancelPayment");
        Assert.Equal("emergency_limit", Assert.Single(fourth.Problems).Code);
        // One that is over makes room.
        Assert.True((await Bank.Use<EndEmergency>().ExecuteAsync(Bank.Dirk, 1, "Not needed any more.", default)).Succeeded);
        Assert.True((await TakeAsync(Bank.Carla, "cancelPayment")).Succeeded);

        // And of the same person for several applications, also at once.
        var others = new List<string>();
        for (var i = 0; i < 4; i++)
            others.Add((await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Carla, new("channels", $"Service {i}", ""), default)).Value!.ClientId);
        var taken = await Task.WhenAll(others.Select(client => Bank.Use<TakeEmergencyAccess>().ExecuteAsync(Bank.Carla, Input("getPayment") with { ClientId = client }, default)));
        Assert.InRange(taken.Count(t => t.Succeeded), 1, 3);
        Assert.All(taken.Where(t => !t.Succeeded), t => Assert.Equal("emergency_limit", Assert.Single(t.Problems).Code));
        Assert.Equal(3L, await Bank.Database.ScalarAsync<long>($"select count(*) from emergency_access where taken_by = '{Bank.Carla.Id}' and ended_at is null"));
    }

    [Fact]
    public async Task An_owner_or_a_security_officer_ends_it_at_once_and_it_is_not_taken_again_for_a_day()
    {
        await TakeAsync(Bank.Dirk, "getPayment", "listPayments");
        var end = Bank.Use<EndEmergency>();
        foreach (var other in new[] { Bank.Stranger, Bank.Auditor, Bank.Admin })
            Assert.Equal(Problem.NotFound, Assert.Single((await end.ExecuteAsync(other, 1, "No.", default)).Problems).Code);
        Assert.Equal("reason_missing", Assert.Single((await end.ExecuteAsync(Bank.Olivia, 1, " ", default)).Problems).Code);
        var revision = (await end.ExecuteAsync(Bank.Olivia, 1, "The incident is over.", default)).Value;
        Assert.Equal(revision, await Bank.Database.ScalarAsync<long>("select max(revision) from policy_change where kind = 'revoked'"));
        Assert.Equal("already_over", Assert.Single((await end.ExecuteAsync(Bank.SecurityOfficer, 1, "Again.", default)).Problems).Code);
        Assert.All(await Bank.GrantsAsync(), g => Assert.Equal((GrantState.Revoked, "Olivia Owner", "The incident is over."), (g.State, g.EndedBy, g.EndReason)));
        foreach (var told in new[] { Bank.Dirk, Bank.SecurityOfficer, Bank.Auditor, Bank.Oscar })
            Assert.Contains((await Bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items, n => n.Kind == NotificationKind.EmergencyEnded);
        Assert.Equal(1L, await Bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'emergency.ended'"));

        Assert.Equal("emergency_ended", Assert.Single((await TakeAsync(Bank.Carla, "getPayment")).Problems).Code);
        Bank.Clock.Advance(TimeSpan.FromHours(25));
        Assert.True((await TakeAsync(Bank.Carla, "getPayment")).Succeeded);
    }

    [Fact]
    public async Task Somebody_of_another_team_reviews_it_when_it_is_over_and_what_was_said_stays()
    {
        await TakeAsync(Bank.Dirk, "getPayment");
        var review = Bank.Use<ReviewEmergency>();
        Assert.Equal("still_open", await RefusedAsync(Bank.Olivia));
        Bank.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(Problem.NotFound, await RefusedAsync(Bank.Stranger));
        foreach (var other in new[] { Bank.Dirk, Bank.Carla, Bank.Admin, Bank.Auditor, Bank.Dirk with { Role = PlatformRole.SecurityOfficer }, Bank.Carla with { Role = PlatformRole.SecurityOfficer } })
            Assert.Equal(Problem.Forbidden, await RefusedAsync(other));
        Assert.Equal("review_length", Assert.Single((await review.ExecuteAsync(Bank.Olivia, 1, ReviewOutcome.Justified, "ok", default)).Problems).Code);

        var both = await Task.WhenAll(
            review.ExecuteAsync(Bank.Olivia, 1, ReviewOutcome.NotJustified, "It could have waited for us.", default),
            review.ExecuteAsync(Bank.SecurityOfficer, 1, ReviewOutcome.Justified, "The incident needed it.", default));
        Assert.Single(both, r => r.Succeeded);
        Assert.Equal("already_reviewed", Assert.Single(both.Single(r => !r.Succeeded).Problems).Code);
        Assert.Equal("already_reviewed", await RefusedAsync(Bank.Oscar));
        var reader = Bank.Use<EmergencyReader>();
        Assert.Empty((await reader.ListAsync(Bank.Auditor, new(EmergencyState.Unreviewed), new(), default)).Items);
        Assert.Single((await reader.ListAsync(Bank.Auditor, new(both[0].Succeeded ? EmergencyState.NotJustified : EmergencyState.Justified, Bank.App.ClientId, "payments"), new(), default)).Items);
        Assert.Empty((await reader.ListAsync(Bank.Stranger, new(), new(), default)).Items);
        Assert.Equal(1L, await Bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'emergency.reviewed'"));
        Assert.False(await Bank.Use<EmergencyClock>().StepAsync(default));

        async Task<string> RefusedAsync(Actor actor) => Assert.Single((await review.ExecuteAsync(actor, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Problems).Code;
    }

    [Fact]
    public async Task It_waits_for_its_review_for_ever_and_reminds_ever_louder_also_where_the_owners_are_gone()
    {
        await Bank.Database.ExecuteAsync("delete from membership m using team t where t.id = m.team_id and t.name = 'payments'");
        Assert.True((await TakeAsync(Bank.Dirk, "getPayment")).Succeeded);
        var step = Bank.Use<EmergencyClock>();
        Assert.False(await step.StepAsync(default));
        var told = new List<(int Officer, int Auditor, int Admin)>();
        foreach (var wait in new[] { TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(7) })
        {
            Bank.Clock.Advance(wait);
            // Any replica may be the one that does it, and one does.
            Assert.Single(await Task.WhenAll(step.StepAsync(default), step.StepAsync(default)), done => done);
            Assert.False(await step.StepAsync(default));
            told.Add((await CountAsync(Bank.SecurityOfficer), await CountAsync(Bank.Auditor), await CountAsync(Bank.Admin)));
        }

        Assert.Equal([(1, 0, 0), (2, 0, 0), (3, 1, 1), (4, 2, 2), (5, 3, 3)], told);
        var last = (await Bank.Use<InboxReader>().ListAsync(Bank.Admin, false, new(), default)).Items[0];
        Assert.Equal("Emergency 1 of Mobile app has waited 17 days to be reviewed", last.Subject);
        await using var db = await Bank.OpenAsync();
        Assert.Equal(
            ["emergency.over", "emergency.review_reminded", "emergency.review_overdue", "emergency.review_overdue", "emergency.review_overdue"],
            await db.AuditEvents.Where(e => e.SubjectKind == "emergency_access" && e.Action != "emergency.taken").OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync());
        Assert.True((await Bank.Use<ReviewEmergency>().ExecuteAsync(Bank.SecurityOfficer, 1, ReviewOutcome.Justified, "The incident needed it.", default)).Succeeded);
        Bank.Clock.Advance(TimeSpan.FromDays(30));
        Assert.False(await step.StepAsync(default));

        async Task<int> CountAsync(Actor actor) =>
            (await Bank.Use<InboxReader>().ListAsync(actor, false, new(), default)).Items.Count(n => n.Kind == NotificationKind.EmergencyReviewDue);
    }

    private static string At(string message) => message.Split(" until ")[1].Split(" UTC")[0];
}
