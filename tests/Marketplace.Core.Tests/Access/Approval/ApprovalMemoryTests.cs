using Marketplace.Core.Access;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Approval;

/// <summary>What goes on counting when somebody has changed it. By the policy that a new marketplace has.</summary>
public sealed class ApprovalMemoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await Bank.OpenAsync(postgres, ownersDecide: false);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task An_owner_who_classifies_data_lower_asks_and_raises_it_again_gets_nothing_by_it()
    {
        // Confidential: a GET in production takes two people. Public, it would be automatic.
        await ClassifyAsync(Classification.Public);
        var number = await AskAsync("getPayment");
        await ClassifyAsync(Classification.Confidential);

        Assert.Empty(await _bank.GrantsAsync());
        var item = (await FindAsync(number)).Items[0];
        Assert.Equal([ApproverRole.Owner, ApproverRole.SecurityOfficer], item.Approvals.Select(a => a.Role));
        Assert.Equal(
            "Rule “Confidential” of approval policy 1 fits (classification = confidential): an owner of the API and a security officer approve. The API's data is classified public since less than 30 days; until then requests go as if it still were confidential.",
            item.Because);
        var news = (await _bank.Use<InboxReader>().ListAsync(_bank.SecurityOfficer, false, new(), default)).Items.Single(n => n.Kind == NotificationKind.ApprovalPolicy);
        Assert.Contains("For 30 days what is asked for goes to the same approvers as before", news.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_several_steps_nothing_is_gained_either_and_after_a_month_the_lower_one_counts()
    {
        await ClassifyAsync(Classification.Restricted);
        _bank.Clock.Advance(TimeSpan.FromDays(29));
        foreach (var step in new[] { Classification.Confidential, Classification.Internal, Classification.Public })
            await ClassifyAsync(step);
        Assert.Equal([ApproverRole.Owner, ApproverRole.SecurityOfficer, ApproverRole.Platform], (await FindAsync(await AskAsync("getPayment"))).Items[0].Approvals.Select(a => a.Role));
        // Nor is what must not be taken in an incident.
        EmergencyInput input = new(_bank.App.ClientId, "payments", "v1", "production", ["listPayments"], "Payments hang.", "INC-1", null);
        Assert.Equal("emergency_not_permitted", Assert.Single((await _bank.Use<TakeEmergencyAccess>().ExecuteAsync(_bank.Dirk, input, default)).Problems).Code);

        _bank.Clock.Advance(TimeSpan.FromDays(31));
        var later = (await FindAsync(await AskAsync("listPayments"))).Items[0];
        Assert.Equal((Decision.Approved, "Rule “Public data” of approval policy 1 fits (classification = public and method in (GET, HEAD)): the policy approves by itself."), (later.Decision, later.Because));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_security_officer_ended_no_policy_gives_back_by_itself_and_no_emergency(bool atOnce)
    {
        await AskAsync(["getPayment", "listPayments"], "sandbox");
        var (ended, other) = await PairAsync();
        DateTimeOffset? at = atOnce ? null : _bank.Clock.GetUtcNow().AddDays(2);
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.SecurityOfficer, GrantScope.Of(ended.Id), at, "Misused.", default)).Succeeded);
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Olivia, GrantScope.Of(other.Id), null, "No longer needed.", default)).Succeeded);
        // To end it oneself before the officer's day comes is no way around it.
        if (!atOnce)
            Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Dirk, GrantScope.Of(ended.Id), null, "We do not need it.", default)).Succeeded);

        var number = await AskAsync(["getPayment", "listPayments"], "sandbox");
        var items = (await FindAsync(number)).Items;
        Assert.Equal((Decision.Pending, Decision.Approved), (items.Single(i => i.Operation == "getPayment").Decision, items.Single(i => i.Operation == "listPayments").Decision));
        Assert.Equal(
            $"Rule “Sandbox” of approval policy 1 fits (environment = sandbox): the policy approves by itself. Sven Security, a security officer, ended this access on {_bank.Clock.GetUtcNow():yyyy-MM-dd}: for 30 days a security officer decides on it anew. In all, a security officer approves.",
            items.Single(i => i.Operation == "getPayment").Because);
        Assert.Equal(Problem.Forbidden, Assert.Single((await _bank.Use<DecideAccessRequest>().ExecuteAsync(_bank.Olivia, number, [new("getPayment", true, null)], default)).Problems).Code);

        // Once a security officer has approved it, it is as any other.
        _bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (await _bank.Use<DecideAccessRequest>().ExecuteAsync(_bank.SecurityOfficer, number, [new("getPayment", true, null)], default)).Value!.Approved);
        Assert.Equal(Decision.Approved, (await FindAsync(await AskAsync(["getPayment"], "sandbox"))).Items[0].Decision);
    }

    [Fact]
    public async Task What_a_security_officer_ended_nobody_takes_in_an_incident_for_a_month()
    {
        var take = _bank.Use<TakeEmergencyAccess>();
        EmergencyInput input = new(_bank.App.ClientId, "payments", "v1", "production", ["getPayment"], "Payments hang.", "INC-1", null);
        var first = await take.ExecuteAsync(_bank.Dirk, input, default);
        Assert.True((await _bank.Use<EndEmergency>().ExecuteAsync(_bank.SecurityOfficer, first.Value!.Number, "This is no incident.", default)).Succeeded);
        _bank.Clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal("ended_by_officer", Assert.Single((await take.ExecuteAsync(_bank.Dirk, input, default)).Problems).Code);
        _bank.Clock.Advance(TimeSpan.FromDays(2));
        Assert.True((await take.ExecuteAsync(_bank.Dirk, input, default)).Succeeded);
    }

    [Fact]
    public async Task What_a_security_officer_suspended_comes_back_neither_by_giving_it_up_nor_by_letting_it_run_out()
    {
        await AskAsync(["getPayment", "listPayments", "createPayment"], "sandbox");
        var ids = (await _bank.GrantsAsync()).ToDictionary(g => g.Operation, g => g.Id);
        var suspend = _bank.Use<SuspendGrants>();
        Assert.True((await suspend.ExecuteAsync(_bank.SecurityOfficer, GrantScope.Of(ids["getPayment"], ids["createPayment"]), null, "Misused.", default)).Succeeded);
        Assert.True((await suspend.ExecuteAsync(_bank.Dirk, GrantScope.Of(ids["listPayments"]), null, "Not now.", default)).Succeeded);
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.Dirk, GrantScope.Of(ids["getPayment"], ids["listPayments"]), null, "We do not need it.", default)).Succeeded);

        var items = (await FindAsync(await AskAsync(["getPayment", "listPayments"], "sandbox"))).Items.ToDictionary(i => i.Operation);
        Assert.Equal((Decision.Pending, Decision.Approved), (items["getPayment"].Decision, items["listPayments"].Decision));
        Assert.EndsWith(
            $" Sven Security, a security officer, had suspended this access when it ended on {_bank.Clock.GetUtcNow():yyyy-MM-dd}: for 30 days a security officer decides on it anew. In all, a security officer approves.",
            items["getPayment"].Because, StringComparison.Ordinal);

        _bank.Clock.Advance(TimeSpan.FromDays(31));
        await AskAsync(["createPayment"], "sandbox");
        Assert.Equal(GrantState.Suspended, (await _bank.GrantsAsync()).Single(g => g.Operation == "createPayment" && g.EndedAt is null).State);
    }

    [Fact]
    public async Task What_a_security_officer_ended_while_a_request_for_it_waits_needs_one_to_come_back()
    {
        await _bank.Database.ExecuteAsync(
            $"""
            insert into approval_policy values (2, 'otherwise then owner', 'A test.', '{_bank.Admin.Id}', now());
            insert into approval_policy_effect values (2, 2, '{_bank.Admin.Id}', 'A test.', '{_bank.SecurityOfficer.Id}', now())
            """);
        await _bank.GrantAsync("getPayment", "listPayments");
        var number = await AskAsync(["getPayment", "listPayments"], "production");
        var (ended, _) = await PairAsync();
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.SecurityOfficer, GrantScope.Of(ended.Id), null, "Misused.", default)).Succeeded);

        var decide = _bank.Use<DecideAccessRequest>();
        var given = (await decide.ExecuteAsync(_bank.Olivia, number, [new("getPayment", true, null), new("listPayments", true, null)], default)).Value!;
        Assert.Equal((1, 1, 1), (given.Approved, given.Given, given.StillPending));
        var item = (await FindAsync(number)).Items.Single(i => i.Operation == "getPayment");
        Assert.Equal([(ApproverRole.Owner, Decision.Approved), (ApproverRole.SecurityOfficer, Decision.Pending)], item.Approvals.Select(a => (a.Role, a.Decision)));
        Assert.EndsWith(
            $" Sven Security, a security officer, ended this access on {_bank.Clock.GetUtcNow():yyyy-MM-dd}, while this waited: a security officer decides, too. In all, an owner of the API and a security officer approve.",
            item.Because, StringComparison.Ordinal);
        Assert.Contains((await _bank.Use<InboxReader>().ListAsync(_bank.SecurityOfficer, false, new(), default)).Items, n => n.Kind == NotificationKind.AccessRequested);
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'access_request.rerouted'"));

        // Once one has approved it, it is as any other.
        _bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (await decide.ExecuteAsync(_bank.SecurityOfficer, number, [new("getPayment", true, null)], default)).Value!.Approved);
        Assert.Equal([ApproverRole.Owner], (await FindAsync(await AskAsync("getPayment"))).Items[0].Approvals.Select(a => a.Role));
    }

    [Fact]
    public async Task An_approval_that_a_security_officer_gave_before_ending_the_access_does_not_count_any_more()
    {
        var decide = _bank.Use<DecideAccessRequest>();
        var first = await AskAsync("getPayment");
        foreach (var approver in new[] { _bank.SecurityOfficer, _bank.Olivia })
            Assert.True((await decide.ExecuteAsync(approver, first, [new("getPayment", true, null)], default)).Succeeded);
        var renewal = await AskAsync("getPayment");
        Assert.True((await decide.ExecuteAsync(_bank.SecurityOfficer, renewal, [new("getPayment", true, null)], default)).Succeeded);
        _bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await _bank.Use<EndGrants>().ExecuteAsync(_bank.SecurityOfficer, new(_bank.App.ClientId), null, "Misused.", default)).Succeeded);

        var refused = await decide.ExecuteAsync(_bank.Olivia, renewal, [new("getPayment", true, null)], default);
        Assert.Equal("ended_by_officer", refused.Problems.Select(p => p.Code).SingleOrDefault());
        Assert.True((await decide.ExecuteAsync(_bank.Olivia, renewal, [new("getPayment", false, "Ask anew.")], default)).Succeeded);
        Assert.Equal([ApproverRole.Owner, ApproverRole.SecurityOfficer], (await FindAsync(await AskAsync("getPayment"))).Items[0].Approvals.Select(a => a.Role));
    }

    private async Task<(GrantRow Ended, GrantRow Other)> PairAsync()
    {
        var grants = await _bank.GrantsAsync();
        return (grants.Single(g => g.Operation == "getPayment"), grants.Single(g => g.Operation == "listPayments"));
    }

    private async Task ClassifyAsync(Classification classification) =>
        Assert.True((await _bank.Use<ChangeApi>().ExecuteAsync(_bank.Olivia, new("payments", "Payments", "", classification), default)).Succeeded);

    private Task<long> AskAsync(string operation) => AskAsync([operation], "production");

    private async Task<long> AskAsync(string[] operations, string environment)
    {
        var asked = await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input(operations) with { Environment = environment }, default);
        Assert.True(asked.Succeeded);
        return asked.Value;
    }

    private async Task<AccessRequestDetails> FindAsync(long number) => (await _bank.Use<AccessRequestReader>().FindAsync(_bank.SecurityOfficer, number, default))!;
}
