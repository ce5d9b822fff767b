using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Access.Approval;

/// <summary>By the policy that a new marketplace has: payments holds confidential data, so production takes two people.</summary>
public sealed class ApprovalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await Bank.OpenAsync(postgres, ownersDecide: false);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task Two_people_approve_one_endpoint_and_the_second_makes_the_grant()
    {
        var number = await _bank.RequestAsync("getPayment", "createPayment");
        Assert.Equal((1, 1, 0, 0), (await WaitingAsync(_bank.Olivia), await WaitingAsync(_bank.SecurityOfficer), await WaitingAsync(_bank.Admin), await WaitingAsync(_bank.Dirk)));
        var before = await FindAsync(_bank.Dirk, number);
        Assert.Equal(["Olivia Owner", "Oscar Owner", "Sven Security"], before.Deciders);
        Assert.All(before.Items, i => Assert.Equal("Rule “Confidential” of approval policy 1 fits (classification = confidential): an owner of the API and a security officer approve.", i.Because));

        Assert.Equal((0, 1), await DecideAsync(_bank.Olivia, number, ("getPayment", true)));
        Assert.Empty(await _bank.GrantsAsync());
        Assert.Equal("already_approved", await RefusedAsync(_bank.Olivia, number, "getPayment"));
        Assert.Equal("already_approved", await RefusedAsync(_bank.Oscar, number, "getPayment"));
        Assert.Equal(Problem.NotFound, await RefusedAsync(_bank.Admin, number, "getPayment"));
        Assert.Equal("own_request", await RefusedAsync(_bank.Dirk with { Role = PlatformRole.SecurityOfficer }, number, "getPayment"));
        Assert.Equal((1, 0), await DecideAsync(_bank.SecurityOfficer, number, ("getPayment", true)));
        var grant = Assert.Single(await _bank.GrantsAsync());
        Assert.Equal(("getPayment", "Olivia Owner and Sven Security"), (grant.Operation, grant.GrantedBy));

        // One "no" is enough, whoever approved before.
        Assert.Equal((0, 1), await DecideAsync(_bank.SecurityOfficer, number, ("createPayment", true)));
        var denied = await _bank.Use<DecideAccessRequest>().ExecuteAsync(_bank.Oscar, number, [new("createPayment", false, "Not from an app.")], default);
        Assert.Equal((1, 0), (denied.Value!.Denied, denied.Value.StillPending));
        var after = await FindAsync(_bank.Dirk, number);
        Assert.Equal(RequestStatus.Decided, after.Request.Status);
        Assert.Equal(
            [(ApproverRole.Owner, Decision.Denied, "Oscar Owner"), (ApproverRole.SecurityOfficer, Decision.Approved, "Sven Security")],
            after.Items.Single(i => i.Operation == "createPayment").Approvals.Select(a => (a.Role, a.Decision, a.Person!)));
        Assert.Equal((0, 0), (await WaitingAsync(_bank.Olivia), await WaitingAsync(_bank.SecurityOfficer)));
    }

    [Fact]
    public async Task What_the_policy_approves_by_itself_is_granted_as_it_is_asked_for()
    {
        var asked = await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input("getPayment", "listPayments") with { Environment = "sandbox" }, default);
        var request = await FindAsync(_bank.Dirk, asked.Value);
        Assert.Equal((RequestStatus.Decided, 2), (request.Request.Status, request.Request.Approved));
        Assert.All(request.Items, i => Assert.Equal("Approval policy 1, rule “Sandbox”", i.DecidedBy));
        Assert.All(await _bank.GrantsAsync(), g => Assert.Equal("Approval policy 1, rule “Sandbox”", g.GrantedBy));
        Assert.Equal(0, await WaitingAsync(_bank.Olivia));
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from policy_change where kind = 'granted'"));
        Assert.Equal("policy", await _bank.Database.ScalarAsync<string>("select source from audit_event where action = 'access_request.decided'"));

        // Nothing decides where no policy is in effect.
        await _bank.Database.ExecuteAsync("delete from approval_policy_effect");
        Assert.Equal("policy_missing", (await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input("createPayment"), default)).Problems[0].Code);
    }

    [Fact]
    public async Task Nobody_gives_two_approvals_of_one_endpoint_in_two_roles()
    {
        var number = await _bank.RequestAsync("getPayment");
        await DecideAsync(_bank.Olivia, number, ("getPayment", true));
        Assert.Equal("already_approved", await RefusedAsync(_bank.Olivia with { Role = PlatformRole.SecurityOfficer }, number, "getPayment"));
        Assert.Empty(await _bank.GrantsAsync());

        foreach (var (person, instead) in new[] { (_bank.Olivia, "null"), (_bank.SecurityOfficer, $"'{_bank.Olivia.Id}'"), (_bank.Dirk, "null") })
        {
            // As somebody would who goes around the application.
            await Assert.ThrowsAsync<PostgresException>(() => _bank.Database.ExecuteAsync(
                $"""
                insert into approval_party select item_id, '{person.Id}', 'security_officer' from approval where role = 'security_officer' on conflict do nothing;
                insert into approval_party select item_id, {instead}::uuid, 'security_officer' from approval where role = 'security_officer' and {instead}::uuid is not null on conflict do nothing;
                update approval set decision = 'approved', person_id = '{person.Id}', on_behalf_of = {instead}, at = now() where role = 'security_officer'
                """));
        }
    }

    [Fact]
    public async Task Of_all_who_approve_at_once_each_endpoint_gets_each_word_once_and_one_grant()
    {
        for (var round = 1; round <= 5; round++)
        {
            var number = await _bank.RequestAsync(Bank.PaymentOperations);
            OperationDecision[] all = [.. Bank.PaymentOperations.Select(o => new OperationDecision(o, true, null))];
            var outcomes = await Task.WhenAll(new[] { _bank.Olivia, _bank.SecurityOfficer, _bank.Oscar }
                .Select(person => Task.Run(() => _bank.Use<DecideAccessRequest>().ExecuteAsync(person, number, all, default))));

            Assert.Equal([4], outcomes.Where(o => o.Succeeded).Select(o => o.Value!.Approved).Where(approved => approved > 0));
            Assert.Equal(2, outcomes.Count(o => o.Succeeded));
            Assert.Equal(4L * round, await _bank.Database.ScalarAsync<long>("select count(*) from access_grant"));
            Assert.Equal(8L * round, await _bank.Database.ScalarAsync<long>("select count(*) from approval_party"));
        }
    }

    [Fact]
    public async Task Whoever_is_away_is_stood_in_for_and_by_nobody_further()
    {
        var now = _bank.Clock.GetUtcNow();
        Assert.Equal("delegate_unfit", (await EntrustAsync(_bank.Olivia, "carla")).Problems[0].Code);
        Assert.Equal("own_delegate", (await EntrustAsync(_bank.Olivia, "olivia")).Problems[0].Code);
        Assert.Equal("delegate_unfit", (await EntrustAsync(_bank.SecurityOfficer, "oscar")).Problems[0].Code);
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Olivia, new("payments", "carla", TeamRole.Developer), default);
        var number = await _bank.RequestAsync("getPayment", "listPayments");
        Assert.Equal((0, Problem.NotFound), (await WaitingAsync(_bank.Carla), await RefusedAsync(_bank.Carla, number, "getPayment")));

        var absence = await EntrustAsync(_bank.Olivia, "carla");
        Assert.True(absence.Succeeded, string.Join("; ", absence.Problems));
        Assert.Equal("already_away", (await EntrustAsync(_bank.Olivia, "oscar")).Problems[0].Code);
        // Carla stands in for Olivia; whoever stands in for Carla does not.
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Olivia, new("payments", "stan", TeamRole.Developer), default);
        Assert.True((await EntrustAsync(_bank.Carla, "dirk")).Succeeded);
        Assert.Equal((1, 0), (await WaitingAsync(_bank.Carla), await WaitingAsync(_bank.Stranger)));
        Assert.Equal("Olivia Owner", (await FindAsync(_bank.Carla, number)).Items[0].Seat!.OnBehalfOf);
        Assert.Equal((0, 1), await DecideAsync(_bank.Carla, number, ("getPayment", true)));
        var given = (await FindAsync(_bank.Dirk, number)).Items.Single(i => i.Operation == "getPayment").Approvals[0];
        Assert.Equal(("Carla Channels", "Olivia Owner"), (given.Person, given.OnBehalfOf));
        Assert.Contains("Olivia Owner", await _bank.Database.ScalarAsync<string>("select content from audit_event where action = 'access_request.decided'"), StringComparison.Ordinal);

        // Olivia had her word, by Carla's hand; and Carla's ends with what Olivia may do, or when she is back.
        Assert.Equal("already_approved", await RefusedAsync(_bank.Olivia with { Role = PlatformRole.SecurityOfficer }, number, "getPayment"));
        Assert.True((await _bank.Use<EntrustApprovals>().EndAsync(_bank.Olivia, absence.Value, default)).Succeeded);
        Assert.Equal(Problem.NotFound, await RefusedAsync(_bank.Carla, number, "listPayments"));
        Assert.True((await EntrustAsync(_bank.Olivia, "carla")).Succeeded);
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Oscar, new("payments", "olivia", TeamRole.Developer), default);
        Assert.Equal(Problem.NotFound, await RefusedAsync(_bank.Carla, number, "listPayments"));
        Assert.Equal(now, _bank.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Who_asks_is_stood_in_for_by_nobody_on_their_own_request()
    {
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Carla, new("channels", "olivia", TeamRole.Developer), default);
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Olivia, new("payments", "carla", TeamRole.Developer), default);
        Assert.True((await EntrustAsync(_bank.Olivia, "carla")).Succeeded);
        var own = (await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Olivia, _bank.Input("getPayment"), default)).Value;
        Assert.NotNull(await RefusedAsync(_bank.Carla, own, "getPayment"));
        Assert.Equal("own_request", await RefusedAsync(_bank.Olivia, own, "getPayment"));
        Assert.Equal((0, 1), await DecideAsync(_bank.Oscar, own, ("getPayment", true)));
    }

    [Fact]
    public async Task What_waits_too_long_is_told_once_more_and_never_approved_by_waiting()
    {
        await _bank.RequestAsync("getPayment");
        var escalate = _bank.Use<EscalateApprovals>();
        _bank.Clock.Advance(TimeSpan.FromDays(4.9));
        Assert.False(await escalate.EscalateNextAsync(default));
        _bank.Clock.Advance(TimeSpan.FromDays(0.2));
        Assert.True(await escalate.EscalateNextAsync(default));
        Assert.False(await escalate.EscalateNextAsync(default));
        Assert.Equal(
            "olivia oscar sven",
            await _bank.Database.ScalarAsync<string>("select string_agg(p.user_name, ' ' order by p.user_name) from inbox_entry e join notification n on n.id = e.notification_id join person p on p.id = e.person_id where n.kind = 'approval_overdue'"));
        Assert.Empty(await _bank.GrantsAsync());
    }

    [Fact]
    public async Task Data_that_is_classified_higher_asks_for_more_people_and_lower_for_no_fewer()
    {
        await _bank.Database.ExecuteAsync("update api set classification = 'internal'");
        var number = await _bank.RequestAsync("getPayment");
        Assert.Equal([ApproverRole.Owner], (await FindAsync(_bank.Dirk, number)).Items[0].Approvals.Select(a => a.Role));

        await ClassifyAsync(Classification.Restricted);
        var raised = (await FindAsync(_bank.Dirk, number)).Items[0];
        Assert.Equal([ApproverRole.Owner, ApproverRole.SecurityOfficer, ApproverRole.Platform], raised.Approvals.Select(a => a.Role));
        Assert.StartsWith("The API's data was classified anew while it waited. Rule “Restricted” of approval policy 1 fits", raised.Because, StringComparison.Ordinal);
        Assert.Equal(1, await WaitingAsync(_bank.Admin));
        await ClassifyAsync(Classification.Public);
        Assert.Equal(3, (await FindAsync(_bank.Dirk, number)).Items[0].Approvals.Count);
        // An owner alone could do so to need nobody else: who would have been asked learns it then.
        Assert.Contains(
            (await _bank.Use<InboxReader>().ListAsync(_bank.SecurityOfficer, false, new(), default)).Items,
            m => m.Subject == "The data of Payments is classified lower: public instead of restricted");

        await DecideAsync(_bank.Olivia, number, ("getPayment", true));
        // What an owner has approved stands although they leave; what is missing is asked of those who are there.
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Oscar, new("payments", "olivia", null), default);
        await DecideAsync(_bank.SecurityOfficer, number, ("getPayment", true));
        Assert.Equal((1, 0), await DecideAsync(_bank.Admin, number, ("getPayment", true)));
    }

    [Fact]
    public async Task A_tag_that_comes_back_while_a_request_waits_asks_for_the_people_of_its_rule()
    {
        await _bank.Database.ExecuteAsync("update approval_policy set text = E'rule \"Pan\" when tag = pan then owner, security_officer\notherwise then owner' where number = 1");
        Assert.True((await _bank.Use<CreateApi>().ExecuteAsync(_bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default)).Succeeded);
        await PublishAsync("");
        var asked = await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input("listCards") with { Lines = [new("cards", "v1", ["listCards"])] }, default);
        Assert.Equal([ApproverRole.Owner], (await FindAsync(_bank.Dirk, asked.Value)).Items[0].Approvals.Select(a => a.Role));

        await PublishAsync("\"tags\":[\"pan\"],");
        var item = (await FindAsync(_bank.Dirk, asked.Value)).Items[0];
        Assert.Equal([ApproverRole.Owner, ApproverRole.SecurityOfficer], item.Approvals.Select(a => a.Role));
        Assert.StartsWith("Revision 2 of Cards v1 was published while it waited. Rule “Pan” of approval policy 1 fits", item.Because, StringComparison.Ordinal);
        await PublishAsync("");
        Assert.Equal(2, (await FindAsync(_bank.Dirk, asked.Value)).Items[0].Approvals.Count);

        async Task PublishAsync(string tags) => Assert.Empty((await _bank.Use<PublishSpec>().ExecuteAsync(
            _bank.Olivia,
            new("cards", "v1", Encoding.UTF8.GetBytes("""{"openapi":"3.0.3","info":{"title":"Cards","version":"1"},"paths":{"/cards":{"get":{"operationId":"listCards",TAGS"responses":{"200":{"description":"."}}}}}}""".Replace("TAGS", tags, StringComparison.Ordinal))),
            default)).Problems);
    }

    private async Task ClassifyAsync(Classification classification) =>
        Assert.Empty((await _bank.Use<ChangeApi>().ExecuteAsync(_bank.Oscar, new("payments", "Payments", "Moves money.", classification), default)).Problems);

    private Task<Outcome<Guid>> EntrustAsync(Actor actor, string to) =>
        _bank.Use<EntrustApprovals>().BeginAsync(actor, new(to, _bank.Clock.GetUtcNow(), _bank.Clock.GetUtcNow().AddDays(7)), default);

    private async Task<AccessRequestDetails> FindAsync(Actor actor, long number) => (await _bank.Use<AccessRequestReader>().FindAsync(actor, number, default))!;

    private async Task<int> WaitingAsync(Actor actor)
    {
        var inbox = await _bank.Use<AccessRequestReader>().InboxAsync(actor, new PageRequest(), default);
        Assert.Equal(inbox.Total, await _bank.Use<AccessRequestReader>().InboxCountAsync(actor, default));
        return inbox.Total;
    }

    /// <summary>How many are granted by it, and how many need somebody else still.</summary>
    private async Task<(int Approved, int Given)> DecideAsync(Actor actor, long number, params (string Operation, bool Approve)[] decisions)
    {
        var decided = await _bank.Use<DecideAccessRequest>().ExecuteAsync(actor, number, [.. decisions.Select(d => new OperationDecision(d.Operation, d.Approve, null))], default);
        Assert.True(decided.Succeeded, string.Join("; ", decided.Problems));
        return (decided.Value.Approved, decided.Value.Given);
    }

    private async Task<string?> RefusedAsync(Actor actor, long number, string operation) =>
        (await _bank.Use<DecideAccessRequest>().ExecuteAsync(actor, number, [new(operation, true, null)], default)).Problems.Select(p => p.Code).FirstOrDefault();
}
