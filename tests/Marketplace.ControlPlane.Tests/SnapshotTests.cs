using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Policy;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ControlPlane.Tests;

public sealed class SnapshotTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank bank = null!;
    private PlaneServer server = null!;
    private RegisteredApplication service = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        server = await PlaneServer.StartAsync(bank);
        using var tokens = server.TokensOf(service, bank.Clock);
        token = await tokens.GetTokenAsync(ControlAddress.Audience);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task A_snapshot_says_what_was_published_and_granted()
    {
        await bank.GrantAsync("listPayments", "getPayment");
        await server.SettleAsync(bank);

        var snapshot = await server.ReadAsync(await server.PullAsync(token));

        Assert.Equal(
            (server.Issuer, "urn:marketplace:payments:v1:production", "payments", "v1", "production"),
            (snapshot.Issuer, snapshot.Audience, snapshot.Api, snapshot.Version, snapshot.Environment));
        Assert.Equal(Bank.PaymentOperations, snapshot.Operations.Select(operation => operation.Key));
        Assert.Equal(new PolicyOperation(2, "getPayment", "GET", "/payments/{id}"), snapshot.Operations[2]);
        var grant = Assert.Single(snapshot.Grants);
        Assert.Equal((bank.App.ClientId, OperationBitmap.Of([0, 2]).ToString()), (grant.ClientId, grant.Operations));
        Assert.Equal((bank.Clock.GetUtcNow().ToUnixTimeSeconds(), bank.Clock.GetUtcNow().AddDays(30).ToUnixTimeSeconds()), (grant.From, grant.Until));
        Assert.Empty((await server.ReadAsync(await server.PullAsync(token, "payments/v1/sandbox"))).Grants);
    }

    [Fact]
    public async Task Shadow_mode_is_in_the_snapshot_of_its_environment_once_it_is_allowed_and_until_it_is_ended()
    {
        var until = bank.Clock.GetUtcNow().AddDays(9);
        ShadowInput input = new("payments", "v1", "production", until, "Callers exist already.");
        // Confidential data: an owner's word alone changes nothing.
        Assert.True((await bank.Use<BeginShadowMode>().ExecuteAsync(bank.Olivia, input, default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Null((await server.ReadAsync(await server.PullAsync(token))).ShadowUntil);

        Assert.True((await bank.Use<BeginShadowMode>().ExecuteAsync(bank.SecurityOfficer, input, default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Equal(until.ToUnixTimeSeconds(), (await server.ReadAsync(await server.PullAsync(token))).ShadowUntil);
        Assert.Null((await server.ReadAsync(await server.PullAsync(token, "payments/v1/sandbox"))).ShadowUntil);

        Assert.True((await bank.Use<StartEnforcing>().ExecuteAsync(bank.Olivia, "payments", "v1", "production", false, default)).Succeeded);
        await server.SettleAsync(bank);
        Assert.Null((await server.ReadAsync(await server.PullAsync(token))).ShadowUntil);
    }

    [Fact]
    public async Task Plans_travel_once_however_many_grants_carry_them_and_what_is_spent_until_its_month_ends()
    {
        await bank.GrantAsync("listPayments", "getPayment", "createPayment");
        Assert.True((await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", new("Standard", "", ["production"], [], true, new(10, 1, 20, 100, PlanWindow.Month)), default)).Succeeded);
        Assert.True((await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", new("Free of limits", "", ["production"], [], false, new(MaximumDays: 30)), default)).Succeeded);
        await bank.Database.ExecuteAsync(
            """
            update access_grant g set plan_limits_id = l.id from plan_limits l join plan p on p.id = l.plan_id, operation o
            where o.id = g.operation_id and p.title = case when o.key = 'createPayment' then 'Free of limits' else 'Standard' end
            """);
        await server.SettleAsync(bank);

        var snapshot = await server.ReadAsync(await server.PullAsync(token));
        var plan = Assert.Single(snapshot.Plans!);
        Assert.Equal(new PolicyPlan(plan.Number, "standard", 1, 10, 1, 20, 100, PlanWindow.Month), plan);
        Assert.Null(snapshot.Spent);
        Assert.Equal(
            new (string, int?)[] { (OperationBitmap.Of([0, 2]).ToString(), plan.Number), (OperationBitmap.Of([1]).ToString(), null) },
            snapshot.Grants.Select(grant => (grant.Operations, grant.Plan)));

        var until = PlanWindow.End(PlanWindow.Month, bank.Clock.GetUtcNow());
        await bank.Database.ExecuteAsync(
            $"insert into quota_use select id, '{bank.Payments.Id}', 'production', {plan.Number}, timestamptz '{until:O}', 100, now(), now(), now() from application where client_id = '{bank.App.ClientId}'");
        await using (var db = await bank.OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await PolicyLog.AppendAsync(db, bank.Clock.GetUtcNow(), [new(PolicyChangeKind.Limits, bank.Payments.Id, "production")], default);
            await transaction.CommitAsync();
        }

        await server.SettleAsync(bank);
        Assert.Equal([new SpentQuota(bank.App.ClientId, plan.Number, until.ToUnixTimeSeconds())], (await server.ReadAsync(await server.PullAsync(token))).Spent!);
    }

    [Fact]
    public async Task With_a_retired_line_its_grants_leave_the_snapshot_and_nobody_gets_a_token_for_it()
    {
        const string Audience = "urn:marketplace:payments:v1:production";
        await bank.GrantAsync("getPayment");
        await server.SettleAsync(bank);
        using (var before = server.TokensOf(bank.App, bank.Clock))
            Assert.NotEmpty(await before.GetTokenAsync(Audience));

        foreach (var lifecycle in new[] { Lifecycle.Deprecated, Lifecycle.Retired })
            Assert.True((await bank.Use<ChangeVersion>().ExecuteAsync(
                bank.Olivia, new("payments", "v1", lifecycle, bank.Clock.GetUtcNow().AddDays(9), "", Reason: "Switched off."), default)).Succeeded);
        await server.SettleAsync(bank);

        Assert.Empty((await server.ReadAsync(await server.PullAsync(token))).Grants);
        await Eventually.HoldsAsync(
            async () =>
            {
                using var after = server.TokensOf(bank.App, bank.Clock);
                return (await Record.ExceptionAsync(async () => await after.GetTokenAsync(Audience))) is MarketplaceTokenException { Error: "invalid_target" };
            },
            TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Grants_that_ended_and_operations_that_were_removed_are_left_out()
    {
        await bank.GrantAsync("listPayments", "getPayment", "cancelPayment");
        var revoked = (await bank.GrantsAsync()).Single(grant => grant.Operation == "getPayment");
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(revoked.Id), null, "No longer needed.", default);
        await bank.Database.ExecuteAsync("update operation set removed_in = 2 where key = 'cancelPayment'");
        await server.SettleAsync(bank);

        var snapshot = await server.ReadAsync(await server.PullAsync(token));

        Assert.Equal(["listPayments", "createPayment", "getPayment"], snapshot.Operations.Select(operation => operation.Key));
        Assert.Equal(OperationBitmap.Of([0]).ToString(), Assert.Single(snapshot.Grants).Operations);

        await bank.Use<DisableApplication>().ExecuteAsync(bank.Dirk, bank.App.ClientId, disable: true, "Leaked.", default);
        await server.SettleAsync(bank);
        Assert.Empty((await server.ReadAsync(await server.PullAsync(token))).Grants);
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("retired")]
    public async Task Nobody_has_grants_on_a_line_that_is(string lifecycle)
    {
        await bank.GrantAsync("listPayments");
        await bank.Database.ExecuteAsync($"update api_version set lifecycle = '{lifecycle}'");

        var snapshot = await server.ReadAsync(await server.PullAsync(token));

        Assert.Empty(snapshot.Grants);
        Assert.NotEmpty(snapshot.Operations);
    }

    [Fact]
    public async Task Whoever_knows_the_newest_waits_and_is_told_of_the_next_change_at_once()
    {
        var first = await server.PullAsync(token);
        Assert.Equal(304, (await server.PullAsync(token, etag: first.ETag)).Status);
        Assert.Equal(304, (await server.PullAsync(token, etag: $"\"x\", W/{first.ETag}")).Status);

        var waiting = Enumerable.Range(0, 20).Select(_ => server.PullAsync(token, "payments/v1/production?wait=30", first.ETag)).ToList();
        await Task.Delay(300);
        Assert.All(waiting, pull => Assert.False(pull.IsCompleted));
        var began = TimeProvider.System.GetTimestamp();
        await bank.GrantAsync("listPayments");
        var answers = await Task.WhenAll(waiting);

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(3)));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.True((await server.ReadAsync(answers[0])).Revision > (await server.ReadAsync(first)).Revision);
    }

    [Fact]
    public async Task A_wait_ends_with_304_when_its_time_is_up()
    {
        var first = await server.PullAsync(token);
        var waiting = server.PullAsync(token, "payments/v1/production?wait=5", first.ETag);
        await Task.Delay(200);
        Assert.False(waiting.IsCompleted);

        // Its five seconds begin when it arrives, which may be later.
        await Eventually.HoldsAsync(() =>
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(1));
            return waiting.IsCompleted;
        }, TimeSpan.FromSeconds(5));

        Assert.Equal(304, (await waiting).Status);
    }

    [Fact]
    public async Task A_change_elsewhere_leaves_a_snapshot_as_it_is()
    {
        var production = await server.PullAsync(token);
        var sandbox = await server.PullAsync(token, "payments/v1/sandbox");

        await bank.GrantAsync("listPayments");
        await PlaneServer.RegisterAsync(bank, bank.Dirk, "channels", "Another");
        await server.SettleAsync(bank);

        Assert.Equal(304, (await server.PullAsync(token, "payments/v1/sandbox", sandbox.ETag)).Status);
        Assert.NotEqual(production.ETag, (await server.PullAsync(token)).ETag);
    }

    [Fact]
    public async Task Every_replica_gives_the_same_snapshot_the_same_revision()
    {
        var before = await server.PullAsync(token);
        await bank.GrantAsync("listPayments");
        await PlaneServer.RegisterAsync(bank, bank.Dirk, "channels", "Another");
        await server.SettleAsync(bank);
        await using var replica = await PlaneServer.StartAsync(bank);
        using var tokens = replica.TokensOf(service, bank.Clock);

        var here = await server.PullAsync(token);
        var there = await replica.PullAsync(await tokens.GetTokenAsync(ControlAddress.Audience));

        Assert.Equal(here.ETag, there.ETag);
        Assert.NotEqual(before.ETag, here.ETag);
    }

    [Fact]
    public async Task A_new_signing_key_signs_what_is_cached_anew_and_changes_nothing_else()
    {
        var before = await server.PullAsync(token);
        await using (var db = await bank.OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"update signing_key set state = 'retired', private_key = null, retired_at = {bank.Clock.GetUtcNow()} where state = 'active'");
            await db.Database.ExecuteSqlAsync($"update signing_key set state = 'active', active_from = {bank.Clock.GetUtcNow()} where state = 'standby'");
            await PolicyLog.AppendAsync(db, bank.Clock.GetUtcNow(), [new(PolicyChangeKind.SigningKeys)], default);
            await transaction.CommitAsync();
        }

        await server.SettleAsync(bank);

        var after = await server.PullAsync(token);
        Assert.NotEqual(before.Body.Split('.')[0], after.Body.Split('.')[0]);
        Assert.NotEqual(before.ETag, after.ETag);
        Assert.Equal((await server.ReadAsync(before)).Operations, (await server.ReadAsync(after)).Operations);
    }

    [Fact]
    public async Task What_was_served_is_served_on_while_the_database_is_gone()
    {
        var before = await server.PullAsync(token);

        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            Assert.Equal(before, await server.PullAsync(token));
            var refused = await server.PullAsync(token, "payments/v1/sandbox");
            Assert.Equal((503, "policy_unavailable"), (refused.Status, refused.Code));
            bank.Clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Equal("Degraded", await server.HealthAsync());
            Assert.Equal(before, await server.PullAsync(token));
        }

        await bank.GrantAsync("listPayments");
        await Eventually.HoldsAsync(async () => (await server.PullAsync(token)).ETag != before.ETag, TimeSpan.FromSeconds(10));
        // The new snapshot is served a moment before the refresher has confirmed that it is up to date.
        await Eventually.HoldsAsync(async () => await server.HealthAsync() == "Healthy", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_large_policy_has_one_entry_per_client_and_period()
    {
        await bank.Database.ExecuteAsync(
            """
            insert into operation (id, api_version_id, key, bit_index, method, path, summary, description, tags, deprecated, added_in)
            select gen_random_uuid(), v.id, 'op' || i, i, 'GET', '/things/' || i, '', '', '{}', false, 1 from api_version v, generate_series(4, 303) i
            """);
        await bank.GrantAsync([.. Enumerable.Range(4, 300).Select(i => $"op{i}")]);
        await server.SettleAsync(bank);

        var answer = await server.PullAsync(token);

        Assert.Single((await server.ReadAsync(answer)).Grants);
        Assert.InRange(answer.Body.Length, 1, 40_000);
    }
}
