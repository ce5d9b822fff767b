using System.Collections.Concurrent;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>What changes in the database is in the next tokens within two seconds.</summary>
public sealed class FollowTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_grant_and_its_revocation_are_in_the_next_tokens()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal("invalid_target", (await server.AskAsync(bank)).Error);

        await bank.GrantAsync("getPayment", "createPayment");
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "createPayment getPayment", Soon);

        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "createPayment");
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "No longer needed.", default)).Succeeded);
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment", Soon);
    }

    [Fact]
    public async Task A_suspended_grant_is_in_no_token_until_it_goes_on_and_a_credential_of_one_environment_gets_none_for_another()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        var sandbox = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "laptop", Environment: "sandbox"), default);
        var production = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "cluster", Environment: "production"), default);
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal(200, (await server.AskAsync(bank)).Status);
        Assert.Equal(200, (await server.AskAsync(bank, production.Value!.Secret)).Status);
        var crossed = await server.AskAsync(bank, sandbox.Value!.Secret);
        Assert.Equal("invalid_target", crossed.Error);
        Assert.Equal("This credential is for sandbox alone; use one for production.", crossed.Body.GetProperty("error_description").GetString());
        var control = await server.PostAsync(bank.App.ClientId, sandbox.Value.Secret, ("grant_type", "client_credentials"), ("resource", "urn:marketplace:control"));
        Assert.Equal("sandbox", control.Claims.GetProperty("env").GetString());

        var chosen = GrantScope.Of((await bank.GrantsAsync()).Single(g => g.Operation == "createPayment").Id);
        Assert.True((await bank.Use<SuspendGrants>().ExecuteAsync(bank.Olivia, chosen, null, "We look into it.", default)).Succeeded);
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment", Soon);
        // Whoever asks for it is told that, and not to request what was granted.
        var asked = await server.PostAsync(
            bank.App.ClientId, bank.App.Secret!, ("grant_type", "client_credentials"), ("resource", "urn:marketplace:payments:v1:production"), ("scope", "createPayment getPayment"));
        Assert.Equal("invalid_scope", asked.Error);
        Assert.StartsWith("An operation that was asked for is granted and suspended.", asked.Body.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        var rest = GrantScope.Of((await bank.GrantsAsync()).Single(g => g.Operation == "getPayment").Id);
        Assert.True((await bank.Use<SuspendGrants>().ExecuteAsync(bank.Olivia, rest, null, "That too.", default)).Succeeded);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Status == 400, Soon);
        var none = await server.AskAsync(bank);
        Assert.Equal("invalid_target", none.Error);
        Assert.StartsWith("All that the application was granted at this resource is suspended.", none.Body.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.True((await bank.Use<SuspendGrants>().ResumeAsync(bank.Olivia, rest, "It was not them.", default)).Succeeded);
        Assert.True((await bank.Use<SuspendGrants>().ResumeAsync(bank.Olivia, chosen, "It was not them.", default)).Succeeded);
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "createPayment getPayment", Soon);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_seconds_after_a_revocation_no_replica_issues_the_grant_also_when_the_notification_is_lost(bool notified)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var one = await TokenServer.StartAsync(bank);
        await using var two = await TokenServer.StartAsync(bank, issuer: one.Issuer);
        var asked = new ConcurrentBag<(TokenServer Replica, long At, string? Scope)>();
        using var stop = new CancellationTokenSource();
        var asking = new[] { one, two }.Select(async replica =>
        {
            while (!stop.IsCancellationRequested)
            {
                var at = TimeProvider.System.GetTimestamp();
                asked.Add((replica, at, await replica.ScopeAsync(bank)));
                await Task.Delay(5);
            }
        }).ToList();
        await Task.Delay(500);

        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "createPayment");
        if (notified)
            Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Misused.", default)).Succeeded);
        else
            await RevokeSilentlyAsync(bank, grant.Id);
        var revoked = TimeProvider.System.GetTimestamp();
        await one.UntilAsync(() => Task.FromResult(new[] { one, two }.All(replica => asked.Any(a => a.Replica == replica && a.At > revoked && a.Scope == "getPayment"))), Soon);
        var heard = TimeProvider.System.GetTimestamp();
        await one.UntilAsync(() => Task.FromResult(new[] { one, two }.All(replica => asked.Count(a => a.Replica == replica && a.At > heard) > 20)), TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await Task.WhenAll(asking);

        foreach (var replica in new[] { one, two })
        {
            var answers = asked.Where(a => a.Replica == replica).ToList();
            Assert.Contains(answers, a => a.At < revoked && a.Scope == "createPayment getPayment");
            Assert.All(answers.Where(a => a.At > heard), a => Assert.Equal("getPayment", a.Scope));
        }
    }

    [Theory]
    [InlineData("policy_head")]
    [InlineData("")]
    public async Task A_revocation_is_heard_within_two_seconds_also_when_the_connection_or_all_of_them_died_without_a_word(string words)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal("createPayment getPayment", await server.ScopeAsync(bank));
        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "createPayment");
        await using (await DatabaseHang.BeginAsync(bank.Database, words))
        {
            Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Misused.", default)).Succeeded);
            await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment", Soon);
        }
    }

    [Fact]
    public async Task Secrets_come_and_go_without_downtime()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var second = (await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "second"), default)).Value!;
        await server.UntilAsync(async () => (await server.AskAsync(bank, second.Secret)).Status == 200, Soon);
        Assert.Equal(200, (await server.AskAsync(bank)).Status);

        var first = (await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, bank.App.ClientId, default))!.Credentials.Single(c => c.Label == "first");
        Assert.True((await bank.Use<RevokeCredential>().ExecuteAsync(bank.Dirk, bank.App.ClientId, first.Id, default)).Succeeded);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Error == "invalid_client", Soon);
        Assert.Equal(200, (await server.AskAsync(bank, second.Secret)).Status);
    }

    [Fact]
    public async Task A_disabled_application_is_an_unknown_client_until_it_is_enabled()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        await bank.Use<DisableApplication>().ExecuteAsync(bank.Dirk, bank.App.ClientId, true, "Incident.", default);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Error == "invalid_client", Soon);
        await bank.Use<DisableApplication>().ExecuteAsync(bank.SecurityOfficer, bank.App.ClientId, false, "Over.", default);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Status == 200, Soon);
    }

    [Fact]
    public async Task A_removed_operation_leaves_the_tokens_and_a_retired_line_has_none()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        await bank.Database.ExecuteAsync("update operation set removed_in = 2 where key = 'createPayment'");
        await PublishedAsync(bank);
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment", Soon);
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'retired'");
        await PublishedAsync(bank);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Error == "invalid_target", Soon);
    }

    [Fact]
    [Standard("RFC 8707 §2")]
    [Standard("RFC 9068 §3")]
    public async Task Grants_for_two_resources_want_one_named_and_environments_stay_apart()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var sandbox = bank.Input("createPayment") with { Environment = "sandbox" };
        var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, sandbox, default)).Value;
        await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("createPayment", true, null)], default);
        await using var server = await TokenServer.StartAsync(bank);

        Assert.Equal("invalid_target", (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"))).Error);
        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret,
            ("grant_type", "client_credentials"), ("resource", "urn:marketplace:payments:v1:sandbox"));
        Assert.Equal("sandbox", answer.Claims.GetProperty("env").GetString());
        Assert.Equal("createPayment", answer.Claims.GetProperty("scope").GetString());
        Assert.Equal("getPayment", await server.ScopeAsync(bank));
    }

    [Fact]
    public async Task A_database_restored_from_an_older_backup_is_read_anew()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        await bank.Database.ExecuteAsync(
            "update access_grant set ended_at = now(), end_kind = 'revoked' where operation_id = (select id from operation where key = 'createPayment');"
            + "delete from policy_change; update policy_head set revision = 1");
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment", Soon);
    }

    /// <summary>As another program could, or as when the notification does not arrive: only the rows tell.</summary>
    private static Task<int> RevokeSilentlyAsync(Bank bank, Guid grant) => bank.Database.ExecuteAsync(
        $"""
        begin;
        update access_grant set ended_at = now(), end_kind = 'revoked' where id = '{grant}';
        update policy_head set revision = revision + 1;
        insert into policy_change (revision, position, kind, application_id, at)
          select revision, 1, 'revoked', (select application_id from access_grant where id = '{grant}'), now() from policy_head;
        commit;
        """);

    private static Task<int> PublishedAsync(Bank bank) => bank.Database.ExecuteAsync(
        $"""
        begin;
        update policy_head set revision = revision + 1;
        insert into policy_change (revision, position, kind, api_version_id, at)
          select revision, 1, 'published', '{bank.Payments.Id}', now() from policy_head;
        select pg_notify('policy_changed', 'x');
        commit;
        """);
}
