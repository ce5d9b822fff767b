using Marketplace.Contracts.Policy;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Explain;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ending;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Core.Tests.Access.Explain;

public sealed class ExplainCallTests(ExplainWorld world) : IClassFixture<ExplainWorld>
{
    private const string Refunds = "/bank/v1/refunds";

    [Fact]
    public async Task A_revoked_grant_is_shown_with_who_ended_it_and_why()
    {
        var answer = await world.AskAsync(ExplainWorld.Question("GET", Refunds));
        Assert.Equal((ReasonCode.GrantEnded, CallCause.Revoked), (answer.Reason, answer.Cause));
        Assert.Equal(("Olivia Owner", "Oscar Owner", "Misused."), (answer.Grant!.GrantedBy, answer.Grant.EndedBy, answer.Grant.EndReason));
        Assert.Contains("by Oscar Owner: “Misused”", answer.Sentence, StringComparison.Ordinal);
        // Nobody enforces it here, so nobody has it and nobody lacks it.
        Assert.Equal((0, 0), (answer.Reach!.DataPlanes, answer.Reach.Enforced));
        Assert.Equal([NextStep.SeeGrant, NextStep.RequestAccess, NextStep.AskOwner], answer.Advice.Select(a => a.Step));
    }

    [Fact]
    public async Task A_grant_younger_than_the_token_wants_a_new_token()
    {
        var old = world.Issuer.Token();
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.GrantAsync(EnforcementPolicy.Client, "resetBank");
        var question = ExplainWorld.Question("POST", "/bank/v1/admin/reset") with { Application = null, Token = old };

        var answer = await world.AskAsync(question);
        Assert.Equal((ReasonCode.OperationNotGranted, CallCause.GrantedSince, NextStep.FetchToken), (answer.Reason, answer.Cause, answer.Advice[0].Step));
        Assert.False(answer.Token!.Carries);
        // Asked for with less than was granted: a token like it, from after the grant.
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CallCause.TokenNarrowed, (await world.AskAsync(question with { Token = world.Issuer.Token() })).Cause);
        // At the time of a call before the grant it was not granted, and is today.
        var then = await world.AskAsync(ExplainWorld.Question("POST", "/bank/v1/admin/reset") with { At = world.Now.AddSeconds(-15) });
        Assert.Equal((ReasonCode.OperationNotGranted, (string?)null), (then.Reason, then.ReasonNow));
    }

    [Fact]
    public async Task A_suspended_grant_and_a_stopped_application_say_so_and_how_they_go_on()
    {
        await world.ApplicationAsync("app_held", "listPayments", "getPayment");
        var question = ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = "app_held" };
        var grant = await world.GrantOfAsync("app_held", "listPayments");
        Assert.True((await world.Bank.Use<SuspendGrants>().ExecuteAsync(world.Bank.Olivia, GrantScope.Of(grant.Id), null, "Odd calls.", default)).Succeeded);

        var suspended = await world.AskAsync(question, world.Bank.Olivia);
        Assert.Equal((ReasonCode.GrantSuspended, CallCause.Suspended, NextStep.Resume), (suspended.Reason, suspended.Cause, suspended.Advice[0].Step));
        Assert.Equal(NextStep.SeeGrant, (await world.AskAsync(question)).Advice[0].Step);
        // A token issued since carries it no more: that it is suspended stays the reason.
        var since = world.Issuer.Token(("client_id", "app_held"), ("sub", "app_held"), ("ops", EnforcementPolicy.Bitmap("getPayment").ToString()));
        Assert.Equal((ReasonCode.GrantSuspended, CallCause.Suspended), await ReasonAsync(question with { Token = since }));

        Assert.True((await world.Bank.Use<DisableApplication>().ExecuteAsync(world.Bank.Dirk, "app_held", true, "Incident.", default)).Succeeded);
        Assert.Equal((ReasonCode.GrantEnded, CallCause.ApplicationStopped), await ReasonAsync(question with { Target = "/bank/v1/payments/1" }));

        // What is over is still told to who asks about a call of then.
        var then = world.Now;
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await world.Bank.Use<DisableApplication>().ExecuteAsync(world.Bank.SecurityOfficer, "app_held", false, "Settled.", default)).Succeeded);
        Assert.True((await world.Bank.Use<SuspendGrants>().ResumeAsync(world.Bank.Olivia, GrantScope.Of(grant.Id), "Settled.", default)).Succeeded);
        Assert.True((await world.AskAsync(question)).Allowed);
        Assert.Equal((ReasonCode.GrantEnded, CallCause.ApplicationStopped), await ReasonAsync(question with { At = then }));
    }

    [Fact]
    public async Task What_ends_while_it_is_suspended_has_ended()
    {
        await world.ApplicationAsync("app_lapsed", "listPayments", "getPayment");
        var (listing, getting) = (ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = "app_lapsed" }, ExplainWorld.Question("GET", "/bank/v1/payments/1") with { Application = "app_lapsed" });
        ExplainWorld.Done(await world.Bank.Use<SuspendGrants>().ExecuteAsync(world.Bank.Olivia, new("app_lapsed"), null, "Odd calls.", default));
        Assert.Equal((ReasonCode.GrantSuspended, CallCause.Suspended), await ReasonAsync(listing));
        ExplainWorld.Done(await world.Bank.Use<EndGrants>().ExecuteAsync(
            world.Bank.Olivia, GrantScope.Of((await world.GrantOfAsync("app_lapsed", "listPayments")).Id), null, "Misused.", default));
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(2));
        await world.Bank.Database.ExecuteAsync($"update access_grant set valid_until = '{world.Now:O}' where id = '{(await world.GrantOfAsync("app_lapsed", "getPayment")).Id}'");

        Assert.Equal((ReasonCode.GrantEnded, CallCause.Revoked), await ReasonAsync(listing));
        Assert.Equal((ReasonCode.GrantEnded, CallCause.Expired), await ReasonAsync(getting));
    }

    [Fact]
    public async Task A_suspension_that_is_over_is_told_to_who_asks_about_a_call_of_then()
    {
        await world.ApplicationAsync("app_resumed", "listPayments");
        var question = ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = "app_resumed" };
        var grant = await world.GrantOfAsync("app_resumed", "listPayments");
        Assert.True((await world.Bank.Use<SuspendGrants>().ExecuteAsync(world.Bank.Olivia, GrantScope.Of(grant.Id), world.Now.AddDays(1), "Odd calls.", default)).Succeeded);
        var then = world.Now;
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await world.Bank.Use<SuspendGrants>().ResumeAsync(world.Bank.Olivia, GrantScope.Of(grant.Id), "Settled.", default)).Succeeded);

        var past = await world.AskAsync(question with { At = then, Seen = ReasonCode.GrantSuspended });
        Assert.Equal((ReasonCode.GrantSuspended, CallCause.Suspended, (string?)null, (string?)null), (past.Reason, past.Cause, past.ReasonNow, past.SeenMeans));
        Assert.Contains("by Olivia Owner: “Odd calls”", past.Sentence, StringComparison.Ordinal);
        Assert.Equal(NextStep.SeeGrant, Assert.Single(past.Advice).Step);
    }

    [Fact]
    public async Task An_end_that_was_brought_forward_and_one_that_was_approved_are_told_apart()
    {
        await world.ApplicationAsync("app_short", "listPayments", "getPayment");
        var (list, get) = (await world.GrantOfAsync("app_short", "listPayments"), await world.GrantOfAsync("app_short", "getPayment"));
        var end = world.Now.AddSeconds(40);
        Assert.True((await world.Bank.Use<EndGrants>().ExecuteAsync(world.Bank.Olivia, GrantScope.Of(list.Id), end, "Not needed.", default)).Succeeded);
        world.Bank.Clock.Advance(TimeSpan.FromSeconds(2));
        await world.Bank.Database.ExecuteAsync($"update access_grant set valid_until = '{end:O}' where id = '{get.Id}'");
        var (listing, getting) = (ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = "app_short" }, ExplainWorld.Question("GET", "/bank/v1/payments/1") with { Application = "app_short" });
        var stands = await world.AskAsync(listing);
        Assert.True(stands.Allowed);
        Assert.Contains("earlier than was approved", stands.Sentence, StringComparison.Ordinal);

        world.Bank.Clock.Advance(TimeSpan.FromSeconds(40));
        var ended = await world.AskAsync(listing);
        Assert.Equal((ReasonCode.GrantEnded, CallCause.Revoked), (ended.Reason, ended.Cause));
        Assert.Contains("by Olivia Owner: “Not needed”", ended.Sentence, StringComparison.Ordinal);
        var expired = await world.AskAsync(getting);
        Assert.Equal((CallCause.Expired, NextStep.Renew), (expired.Cause, expired.Advice[0].Step));
        // The owner of the API cannot ask for it, and is told who can.
        var owners = (await world.AskAsync(getting, world.Bank.Olivia)).Advice[0];
        Assert.Equal(NextStep.RequestAccess, owners.Step);
        Assert.StartsWith("CHANNELS can ask", owners.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_that_was_taken_in_an_incident_is_called_that_and_is_not_renewed()
    {
        await world.ApplicationAsync("app_incident", "listPayments");
        await world.Bank.Database.ExecuteAsync("update approval_policy set text = E'otherwise then owner\nbreak glass for confidential up to 4 hours\n' where number = 2");
        ExplainWorld.Done(await world.Bank.Use<TakeEmergencyAccess>().ExecuteAsync(
            world.Bank.Dirk, new("app_incident", "payments", "v1", "production", ["getLimits"], "Payments hang and customers wait.", "INC-1", 1), default));
        var question = ExplainWorld.Question("GET", "/bank/v1/payments/limits") with { Application = "app_incident" };
        var open = await world.AskAsync(question);
        Assert.True(open.Allowed);
        Assert.Contains("taken as emergency", open.Sentence, StringComparison.Ordinal);

        world.Bank.Clock.Advance(TimeSpan.FromSeconds(2));
        await world.Bank.Database.ExecuteAsync($"update access_grant set valid_until = '{world.Now:O}' where emergency_id is not null");
        var over = await world.AskAsync(question);
        Assert.Equal((ReasonCode.GrantEnded, CallCause.Expired), (over.Reason, over.Cause));
        Assert.Equal([NextStep.RequestAccess, NextStep.AskOwner, NextStep.TakeEmergencyAccess, NextStep.SeeEmergency], over.Advice.Select(a => a.Step));
    }

    [Fact]
    public async Task A_deleted_application_and_a_credential_of_another_environment_are_known()
    {
        await world.ApplicationAsync("app_leaves", "listPayments");
        var question = ExplainWorld.Question("GET", "/bank/v1/payments") with { Application = "app_leaves" };
        await world.Bank.Database.ExecuteAsync(
            "update application_credential set environment = 'sandbox' where application_id = (select id from application where client_id = 'app_leaves')");
        var bound = await world.AskAsync(question);
        Assert.Equal((true, NextStep.AddCredential), (bound.Allowed, bound.Advice[0].Step));
        // Its credentials are nobody else's business.
        Assert.DoesNotContain((await world.AskAsync(question, world.Bank.Olivia)).Advice, a => a.Step == NextStep.AddCredential);

        Assert.True((await world.Bank.Use<DeleteApplication>().ExecuteAsync(world.Bank.Carla, "app_leaves", "app_leaves", "Replaced.", default)).Succeeded);
        Assert.Equal((ReasonCode.GrantEnded, CallCause.ApplicationDeleted), await ReasonAsync(question));
    }

    [Fact]
    public async Task A_token_of_somebody_else_is_called_that_and_one_without_end_is_not_read()
    {
        var question = ExplainWorld.Question("GET", "/bank/v1/payments");
        using var other = new TestIssuer("https://login.example", world.Bank.Clock);
        var answer = await world.AskAsync(question with { Token = "Bearer " + other.Token() }, world.Bank.Stranger);
        Assert.Equal(ReasonCode.TokenKeyUnknown, answer.Reason);
        Assert.EndsWith("It names https://login.example as its issuer; this marketplace is marketplace.", answer.Sentence, StringComparison.Ordinal);
        // It proves nothing: of the application that it names nothing is said.
        Assert.Null(answer.Application);
        Assert.Null(answer.Grant);
        Assert.Equal("token_too_long", (await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Dirk, question with { Token = new string('a', 20_000) }, default)).Problems[0].Code);
    }

    [Fact]
    public async Task A_draft_of_another_team_is_like_a_version_that_is_not_there()
    {
        await world.Bank.Database.ExecuteAsync(
            $"""
            insert into api_version (id, api_id, version, lifecycle, base_path, revision, next_bit_index, created_at)
            select gen_random_uuid(), api_id, 'v9', 'draft', base_path, 1, 1, now() from api_version where id = '{world.Bank.Payments.Id}';
            insert into audience (api_version_id, environment, uri) select id, 'production', 'urn:marketplace:payments:v9:production' from api_version where version = 'v9'
            """);
        var question = ExplainWorld.Question("GET", "/bank/v1/payments") with { Version = "v9" };
        var missing = (await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Dirk, question with { Version = "v8" }, default)).Problems;
        Assert.Equal(missing, (await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Dirk, question, default)).Problems);
        Assert.Equal(missing, (await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Dirk, question with { Api = null, Version = null, Audience = "urn:marketplace:payments:v9:production" }, default)).Problems);
    }

    [Fact]
    public async Task What_was_never_granted_leads_to_the_request_or_to_the_one_that_waits()
    {
        var question = ExplainWorld.Question("GET", "/bank/v1/teams/own/report");
        var never = await world.AskAsync(question);
        Assert.Equal((ReasonCode.OperationNotGranted, CallCause.NeverGranted, NextStep.RequestAccess), (never.Reason, never.Cause, never.Advice[0].Step));
        var number = await world.AskAsync(EnforcementPolicy.Client, "getOwnTeam");
        var waits = await world.AskAsync(question);
        Assert.Equal((number, NextStep.SeeRequest), (waits.PendingRequest, waits.Advice[0].Step));
    }

    [Fact]
    public async Task An_unknown_path_shows_the_nearest_and_shadow_mode_lets_it_through()
    {
        await world.Bank.Database.ExecuteAsync(
            $"insert into shadow_mode (api_version_id, environment, until, reason, asked_at, asked_by, began_at, allowed_by) select '{world.Bank.Payments.Id}', 'sandbox', '{world.Now.AddDays(3):O}', '.', '{world.Now.AddDays(-2):O}', id, '{world.Now.AddDays(-1):O}', id from person limit 1");
        var unknown = await world.AskAsync(ExplainWorld.Question("DELETE", "/bank/v1/payments/7/cancel"));
        Assert.Equal((CallCause.NoSuchEndpoint, "cancelPayment", false), (unknown.Cause, unknown.Nearest[0].Key, unknown.LetThrough));
        Assert.True((await world.AskAsync(ExplainWorld.Question("DELETE", "/bank/v1/payments/7/cancel") with { Environment = "sandbox" })).LetThrough);
    }

    [Fact]
    public async Task The_address_or_the_token_tells_the_line()
    {
        await world.Bank.Database.ExecuteAsync("update audience set server = 'https://bank.example/edge' where environment = 'production'");
        var question = new CallQuestion(EnforcementPolicy.Client, null, null, null, "GET", "https://bank.example/edge/bank/v1/payments?x=1");
        Assert.True((await world.AskAsync(question)).Allowed);
        Assert.True((await world.AskAsync(question with { Target = "/bank/v1/payments" })).Allowed);
        var sandbox = await world.AskAsync(question with { Application = null, Token = world.Issuer.Token(("aud", "urn:marketplace:payments:v1:sandbox"), ("env", "sandbox")), Target = "/bank/v1/payments" });
        Assert.Equal(("sandbox", ReasonCode.GrantEnded), (sandbox.Line!.Environment, sandbox.Reason));
    }

    [Fact]
    public async Task Others_learn_nothing_not_even_from_a_token()
    {
        var question = ExplainWorld.Question("GET", "/bank/v1/payments");
        foreach (var asked in new[] { question, question with { Application = "app_nobody" }, question with { Application = null, Token = world.Issuer.Token() }, question with { Api = null, Version = null } })
            Assert.Equal(await ProblemAsync(question with { Application = "app_nobody" }), await ProblemAsync(asked));
        // The API's team knows who asked for something of it, and nobody else's client ids.
        Assert.True((await world.AskAsync(question, world.Bank.Olivia)).Allowed);
        Assert.NotNull(await world.AskAsync(question, world.Bank.Auditor));
        Assert.Equal(Problem.NotFound, (await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Olivia, question with { Application = world.Bank.App.ClientId }, default)).Problems[0].Code);

        async Task<Problem> ProblemAsync(CallQuestion asked) =>
            Assert.Single((await world.Bank.Use<ExplainCall>().ExecuteAsync(world.Bank.Stranger, asked, default)).Problems);
    }

    [Fact]
    public async Task A_token_gets_nowhere_but_into_the_answer()
    {
        var token = world.Issuer.Token();
        var question = ExplainWorld.Question("GET", "/bank/v1/payments") with { Token = token };
        var events = await world.Bank.Database.ScalarAsync<long>("select count(*) from audit_event");
        var answer = await world.AskAsync(question);
        Assert.DoesNotContain(token, question.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(token, System.Text.Json.JsonSerializer.Serialize(answer), StringComparison.Ordinal);
        Assert.Equal(events, await world.Bank.Database.ScalarAsync<long>("select count(*) from audit_event"));
    }

    [Fact]
    public async Task Every_reason_code_is_explained()
    {
        foreach (var code in typeof(ReasonCode).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!))
            Assert.NotEqual(ReasonWords.Of("nothing"), ReasonWords.Of(code));
        var seen = await world.AskAsync(ExplainWorld.Question("GET", "/bank/v1/payments") with { Seen = ReasonCode.RateExceeded });
        Assert.Equal((true, ReasonWords.Of(ReasonCode.RateExceeded)), (seen.Allowed, seen.SeenMeans));
    }

    private async Task<(string? Reason, CallCause Cause)> ReasonAsync(CallQuestion question) => await world.AskAsync(question) is var answer ? (answer.Reason, answer.Cause) : default;
}
