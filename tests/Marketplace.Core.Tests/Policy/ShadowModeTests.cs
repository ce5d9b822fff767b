using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Policy;

/// <summary>Payments holds confidential data, so production needs a security officer's word and the sandbox does not.</summary>
public sealed class ShadowModeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_owner_opens_the_sandbox_alone_and_everybody_concerned_is_told()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        Assert.Null((await ViewAsync(bank, "sandbox"))!.State);

        var begun = await BeginAsync(bank, bank.Olivia, "sandbox", 30);

        Assert.True(begun.Succeeded);
        Assert.True((await ViewAsync(bank, "sandbox"))!.IsOn);
        Assert.Equal(ShadowStanding.On, begun.Value.StandingAt(bank.Clock.GetUtcNow()));
        Assert.Equal(("enforcement", "sandbox"), await LastChangeAsync(bank));
        Assert.Equal("shadow_mode.begun", await bank.Database.ScalarAsync<string>("select action from audit_event order by sequence desc limit 1"));
        foreach (var person in new[] { bank.Oscar, bank.SecurityOfficer })
            Assert.Contains("lets everything through in sandbox", Assert.Single(await InboxAsync(bank, person)), StringComparison.Ordinal);
        Assert.Empty(await InboxAsync(bank, bank.Dirk));

        bank.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(ShadowStanding.Over, (await ViewAsync(bank, "sandbox"))!.State!.Standing);
    }

    [Fact]
    public async Task For_confidential_data_in_production_a_security_officer_has_the_word()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var asked = await BeginAsync(bank, bank.Olivia, "production", 20);

        Assert.True(asked.Succeeded);
        var view = await ViewAsync(bank, "production");
        Assert.Equal((ShadowStanding.Asked, true), (view!.State!.Standing, view.NeedsOfficer));
        Assert.Equal(0, await bank.Database.ScalarAsync<long>("select count(*) from policy_change where kind = 'enforcement'"));
        Assert.Contains("asks for shadow mode", Assert.Single(await InboxAsync(bank, bank.SecurityOfficer)), StringComparison.Ordinal);

        Assert.True((await BeginAsync(bank, bank.SecurityOfficer, "production", 20)).Succeeded);
        view = await ViewAsync(bank, "production");
        Assert.Equal((ShadowStanding.On, "Olivia Owner", "Sven Security"), (view!.State!.Standing, view.State.AskedBy, view.State.AllowedBy));

        // Shorter the owner may make it, longer not.
        Assert.Equal("officer_needed", Assert.Single((await BeginAsync(bank, bank.Olivia, "production", 25)).Problems).Code);
        Assert.True((await BeginAsync(bank, bank.Olivia, "production", 5)).Succeeded);
        Assert.True((await ViewAsync(bank, "production"))!.IsOn);

        bank.Clock.Advance(TimeSpan.FromDays(6));
        Assert.True((await BeginAsync(bank, bank.Olivia, "production", 5)).Succeeded);
        Assert.Equal(ShadowStanding.Asked, (await ViewAsync(bank, "production"))!.State!.Standing);
        Assert.True((await bank.Use<StartEnforcing>().ExecuteAsync(bank.SecurityOfficer, "payments", "v1", "production", false, default)).Succeeded);
        Assert.Null((await ViewAsync(bank, "production"))!.State);
    }

    [Fact]
    public async Task Data_that_was_confidential_this_month_is_not_opened_by_its_owner_alone()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        Assert.True((await bank.Use<ChangeApi>().ExecuteAsync(bank.Olivia, new("payments", "Payments", "", Classification.Internal), default)).Succeeded);
        Assert.True((await BeginAsync(bank, bank.Olivia, "production", 20)).Succeeded);
        Assert.Equal((ShadowStanding.Asked, true), ((await ViewAsync(bank, "production"))!.State!.Standing, (await ViewAsync(bank, "production"))!.NeedsOfficer));

        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.True((await BeginAsync(bank, bank.Olivia, "production", 20)).Succeeded);
        Assert.True((await ViewAsync(bank, "production"))!.IsOn);
    }

    [Fact]
    public async Task Nobody_else_may_and_not_for_longer_than_thirty_days_and_not_without_a_reason()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        foreach (var other in new[] { bank.Carla, bank.Stranger, bank.Admin, bank.Auditor })
        {
            Assert.Equal(Problem.NotFound, Assert.Single((await BeginAsync(bank, other, "sandbox", 5)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<StartEnforcing>().ExecuteAsync(other, "payments", "v1", "sandbox", true, default)).Problems).Code);
        }

        Assert.Null(await bank.Use<ShadowReader>().FindAsync(bank.Dirk, "payments", "v1", "sandbox", default));
        Assert.Equal("until_too_far", Assert.Single((await BeginAsync(bank, bank.Olivia, "sandbox", 31)).Problems).Code);
        Assert.Equal("until_past", Assert.Single((await BeginAsync(bank, bank.Olivia, "sandbox", 0)).Problems).Code);
        Assert.Equal("environment_unknown", Assert.Single((await BeginAsync(bank, bank.Olivia, "nowhere", 3)).Problems).Code);
        Assert.Equal("reason_length", Assert.Single((await bank.Use<BeginShadowMode>().ExecuteAsync(bank.Olivia, Input(bank, "sandbox", 3) with { Reason = "So." }, default)).Problems).Code);
        Assert.Equal("already_enforced", Assert.Single((await bank.Use<StartEnforcing>().ExecuteAsync(bank.Olivia, "payments", "v1", "sandbox", true, default)).Problems).Code);
    }

    [Fact]
    public async Task The_evidence_counts_what_would_be_refused_by_the_grants_of_now()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await BeginAsync(bank, bank.SecurityOfficer, "production", 20);
        bank.Clock.Advance(TimeSpan.FromHours(30));
        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 70);
        await bank.LetThroughAsync(bank.App.ClientId, 2, "operation_not_granted", 20);
        await bank.LetThroughAsync("", 0, "token_missing", 10);
        await bank.CallsAsync(bank.App.ClientId, 1, "allowed", "", 900);

        var view = (await ViewAsync(bank, "production"))!;
        Assert.Equal((1000, 90, 10, 1), (view.Calls, view.CutOff.Calls, view.CutOff.WithoutToken, view.CutOff.Applications));
        Assert.Equal(90.0, view.Passing);
        Assert.Equal((1000, 900), (view.Days.Sum(d => d.Calls), view.Days.Sum(d => d.Allowed)));
        var application = Assert.Single((await bank.Use<ShadowCallReader>().ApplicationsAsync(bank.Olivia, "payments", "v1", "production", new PageRequest(), default))!.Items);
        Assert.Equal(("Mobile app", 90, 2), (application.Name, application.Calls, application.Endpoints));
        var calls = (await bank.Use<ShadowCallReader>().CallsAsync(bank.Olivia, "payments", "v1", "production", [bank.App.ClientId], default))!;
        Assert.Equal([("listPayments", 70), ("getPayment", 20)], calls.Select(c => (c.Operation, c.Calls)));
        Assert.Equal("token_missing", Assert.Single((await bank.Use<ShadowCallReader>().CallsAsync(bank.Olivia, "payments", "v1", "production", [], default))!).Reason);

        // A grant makes calls from before it pass, until one comes without it all the same.
        bank.Clock.Advance(TimeSpan.FromHours(2));
        await bank.GrantAsync("listPayments");
        Assert.Equal((20, 98 - 1), ((await ViewAsync(bank, "production"))!.CutOff.Calls, Math.Round((await ViewAsync(bank, "production"))!.Passing!.Value)));
        bank.Clock.Advance(TimeSpan.FromHours(2));
        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 1);
        Assert.Equal(91, (await ViewAsync(bank, "production"))!.CutOff.Calls);

        // What is suspended would be refused. No request mends that, and it passes when the grant goes on.
        GrantScope scope = new(bank.App.ClientId);
        Assert.True((await bank.Use<SuspendGrants>().ExecuteAsync(bank.Olivia, scope, null, "Odd calls.", default)).Succeeded);
        await bank.LetThroughAsync(bank.App.ClientId, 0, "grant_suspended", 5);
        Assert.Equal(96, (await ViewAsync(bank, "production"))!.CutOff.Calls);
        Assert.True((await bank.Use<SuspendGrants>().ResumeAsync(bank.Olivia, scope, "It was not them.", default)).Succeeded);
        Assert.Equal(91, (await ViewAsync(bank, "production"))!.CutOff.Calls);
    }

    [Fact]
    public async Task Enforcing_wants_a_confirmation_while_calls_would_be_refused_and_tells_whom_it_cuts_off()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await BeginAsync(bank, bank.SecurityOfficer, "production", 20);
        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 7);

        var unsure = await bank.Use<StartEnforcing>().ExecuteAsync(bank.Olivia, "payments", "v1", "production", false, default);
        Assert.Equal(("still_refused", "confirmed"), (Assert.Single(unsure.Problems).Code, unsure.Problems[0].Field));
        Assert.StartsWith("7 calls of 1 application in the last 24 hours would be refused.", unsure.Problems[0].Message, StringComparison.Ordinal);
        Assert.True((await ViewAsync(bank, "production"))!.IsOn);

        var done = await bank.Use<StartEnforcing>().ExecuteAsync(bank.Olivia, "payments", "v1", "production", true, default);
        Assert.Equal(await bank.Database.ScalarAsync<long>("select revision from policy_head"), done.Value!.Revision);
        Assert.Contains("refuses calls of your application now", Assert.Single(await InboxAsync(bank, bank.Dirk)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_days_before_its_end_both_sides_are_told_once()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await BeginAsync(bank, bank.SecurityOfficer, "production", 20);
        var reminder = bank.Use<ShadowReminder>();
        bank.Clock.Advance(TimeSpan.FromDays(16));
        Assert.False(await reminder.RemindNextAsync(default));
        bank.Clock.Advance(TimeSpan.FromDays(1));
        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 7);

        Assert.True(await reminder.RemindNextAsync(default));
        Assert.False(await reminder.RemindNextAsync(default));

        Assert.Contains(await InboxAsync(bank, bank.Olivia), subject => subject.StartsWith("Payments v1 is enforced in production from", StringComparison.Ordinal));
        Assert.StartsWith("Payments v1 will refuse calls of your application from", Assert.Single(await InboxAsync(bank, bank.Dirk)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_find_a_filled_in_request_in_their_inbox_and_what_they_sent_is_approved_in_one_go()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await BeginAsync(bank, bank.SecurityOfficer, "production", 20);
        foreach (var operation in new[] { 0, 2 })
            await bank.LetThroughAsync(bank.App.ClientId, operation, "operation_not_granted", 5);
        var ask = bank.Use<AskConsumers>();
        Assert.Equal(Problem.NotFound, Assert.Single((await ask.ExecuteAsync(bank.Dirk, "payments", "v1", "production", [], default)).Problems).Code);

        Assert.Equal(1, (await ask.ExecuteAsync(bank.Olivia, "payments", "v1", "production", [], default)).Value!.Applications);

        await using var db = await bank.OpenAsync();
        var link = await db.Notifications.Where(n => n.Kind == NotificationKind.AccessSuggested).Select(n => n.Link).SingleAsync();
        Assert.Equal($"/apis/payments/v1/request?application={bank.App.ClientId}&environment=production&operation=getPayment&operation=listPayments", link);
        Assert.Contains("Ask for what Mobile app calls of Payments v1", await InboxAsync(bank, bank.Carla));
        Assert.Equal("already_asked", Assert.Single((await ask.ExecuteAsync(bank.Oscar, "payments", "v1", "production", [], default)).Problems).Code);

        // Dirk asks for one thing more than the application has called: that one still waits.
        var number = await bank.RequestAsync("listPayments", "getPayment", "cancelPayment");
        var approve = bank.Use<ApproveObserved>();
        Assert.Equal(new WaitingObserved(1, 2), await approve.WaitingAsync(bank.Olivia, "payments", "v1", "production", default));
        Assert.Null(await approve.WaitingAsync(bank.SecurityOfficer, "payments", "v1", "production", default));
        Assert.Equal((1, 2), (await approve.ExecuteAsync(bank.Olivia, "payments", "v1", "production", default)) is { Value: { } done } ? (done.Requests, done.Endpoints) : default);
        Assert.Equal(["getPayment", "listPayments"], (await bank.GrantsAsync()).Select(g => g.Operation).Order(StringComparer.Ordinal));
        Assert.Equal(1, (await bank.Use<AccessRequestReader>().FindAsync(bank.Olivia, number, default))!.Items.Count(i => i.Decision == Decision.Pending));
        Assert.True((await ViewAsync(bank, "production"))!.CutOff.IsNothing);
    }

    [Fact]
    public async Task Paths_that_no_endpoint_matches_are_told_by_their_shape_with_the_endpoint_that_was_meant()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await BeginAsync(bank, bank.SecurityOfficer, "production", 20);
        foreach (var (method, path) in new[] { ("GET", "/payments/17/refunds"), ("GET", "/payments/4711/refunds"), ("PUT", "/payments/17"), ("GET", "/payments/"), ("GET", "/wp-login.php") })
            await bank.UnmatchedAsync(bank.App.ClientId, method, path, 3);

        var paths = (await bank.Use<UnmatchedPathReader>().ListAsync(bank.Auditor, "payments", "v1", "production", default))!;

        Assert.Equal(4, paths.Count);
        Assert.Equal(("GET", "/payments/{id}/refunds", 6, 2, "GET /payments/{id} "), Facts(paths[0]));
        Assert.Contains(("PUT", "/payments/{id}", 3, 1, "GET /payments/{id} The document has it with GET only."), paths.Select(Facts));
        Assert.Contains(("GET", "/payments/", 3, 1, "GET /payments A slash at the end makes another path."), paths.Select(Facts));
        Assert.Contains(("GET", "/wp-login.php", 3, 1, ""), paths.Select(Facts));

        static (string, string, long, int, string) Facts(UnmatchedPath path) => (
            path.Method, path.Shape, path.Calls, path.Paths, path.Nearest is { } near ? $"{near.Method} {near.Path} {near.Difference}" : "");
    }

    private static ShadowInput Input(Bank bank, string environment, int days) =>
        new("payments", "v1", environment, bank.Clock.GetUtcNow().AddDays(days), "Callers exist already.");

    private static Task<Outcome<ShadowMode>> BeginAsync(Bank bank, Actor actor, string environment, int days) =>
        bank.Use<BeginShadowMode>().ExecuteAsync(actor, Input(bank, environment, days), default);

    private static Task<ShadowView?> ViewAsync(Bank bank, string environment) =>
        bank.Use<ShadowReader>().FindAsync(bank.Olivia, "payments", "v1", environment, default);

    private static async Task<IReadOnlyList<string>> InboxAsync(Bank bank, Actor person)
    {
        await using var db = await bank.OpenAsync();
        return await db.InboxEntries.Where(e => e.PersonId == person.Id).Select(e => e.Notification!.Subject).ToListAsync();
    }

    private static async Task<(string, string?)> LastChangeAsync(Bank bank)
    {
        await using var db = await bank.OpenAsync();
        var change = await db.PolicyChanges.OrderByDescending(c => c.Revision).FirstAsync();
        return (change.Kind, change.Environment);
    }
}
