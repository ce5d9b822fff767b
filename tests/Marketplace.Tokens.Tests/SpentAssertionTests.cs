using System.Diagnostics;
using System.Text;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;
using Marketplace.Tokens.Clients;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 7523 §3, "jti": once, wherever it arrives.</summary>
public sealed class SpentAssertionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 7523 §3")]
    public async Task An_assertion_used_at_one_replica_is_spent_at_the_others()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var signer = await KeyedAsync(bank);
        await using var server = await TokenServer.StartAsync(bank);
        await using var replica = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        for (var i = 0; i < 20; i++)
        {
            var assertion = Assertion(bank, server, signer);
            // Both at once: one of them is first.
            var answers = await Task.WhenAll(AskAsync(server, assertion), AskAsync(replica, assertion));
            Assert.Equal([null, "invalid_client"], answers.Select(a => a.Error).Order(StringComparer.Ordinal));
        }
        await using var late = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        var used = Assertion(bank, server, signer);
        Assert.Equal(200, (await AskAsync(server, used)).Status);
        Assert.Equal("invalid_client", (await AskAsync(late, used)).Error);
    }

    [Fact]
    public async Task Without_the_database_memory_decides_health_says_so_and_the_others_are_told_afterwards()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var signer = await KeyedAsync(bank);
        await using var server = await TokenServer.StartAsync(bank);
        await using var replica = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        var used = Assertion(bank, server, signer);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            Assert.Equal(200, (await AskAsync(server, used)).Status);
            Assert.Equal("invalid_client", (await AskAsync(server, used)).Error);
            Assert.Equal("Degraded", await server.Http.GetStringAsync("/health/ready"));
            for (var i = 0; i < 50; i++)
                Assert.Equal(200, (await AskAsync(server, Assertion(bank, server, signer))).Status);
        }
        await server.UntilAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from spent_assertion") == 51, TimeSpan.FromSeconds(10));
        Assert.Equal("invalid_client", (await AskAsync(replica, used)).Error);
        await server.UntilAsync(async () => await server.Http.GetStringAsync("/health/ready") == "Healthy", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_database_that_hangs_holds_an_assertion_up_for_half_a_second_and_the_next_ones_not_at_all()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var signer = await KeyedAsync(bank);
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal(200, (await AskAsync(server, Assertion(bank, server, signer))).Status);
        await using (await DatabaseHang.BeginAsync(bank.Database, "spent_assertion"))
        {
            var start = Stopwatch.GetTimestamp();
            var used = Assertion(bank, server, signer);
            Assert.Equal(200, (await AskAsync(server, used)).Status);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(1.5)));
            start = Stopwatch.GetTimestamp();
            Assert.Equal("invalid_client", (await AskAsync(server, used)).Error);
            Assert.Equal(200, (await AskAsync(server, Assertion(bank, server, signer))).Status);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(1)));
        }
        await server.UntilAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from spent_assertion") == 3, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task When_memory_is_full_the_database_decides_and_without_it_none_passes()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var signer = await KeyedAsync(bank);
        await using var server = await TokenServer.StartAsync(bank);
        var before = Assertion(bank, server, signer);
        Assert.Equal(200, (await AskAsync(server, before)).Status);
        // What a minute of assertions at the limit of the processor comes to.
        var memory = server.Use<SpentAssertions>().Memory;
        for (var i = 1; i <= 1_000_000; i++)
            memory.TryUse(i);
        Assert.True(memory.HasNoRoomFor(-1));
        for (var i = 0; i < 5; i++)
        {
            var assertion = Assertion(bank, server, signer);
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAsync(server, assertion)));
            Assert.Equal([null, "invalid_client", "invalid_client", "invalid_client"], answers.Select(a => a.Error).Order(StringComparer.Ordinal));
        }
        Assert.Equal("invalid_client", (await AskAsync(server, before)).Error);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
            Assert.Equal("invalid_client", (await AskAsync(server, Assertion(bank, server, signer))).Error);
    }

    [Fact]
    public async Task What_there_was_no_room_to_tell_the_others_of_is_said_for_as_long_as_it_could_be_used()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var spent = server.Use<SpentAssertions>();
        async Task<HealthReportEntry> CheckAsync() => (await server.Use<HealthCheckService>().CheckHealthAsync()).Entries[SpentAssertions.HealthCheck];
        var expires = bank.Clock.GetUtcNow().AddSeconds(60);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            for (var i = 0; i < 250_000; i++)
                Assert.True(await spent.TryUseAsync("client", Unsigned(i, expires)));
            var full = await CheckAsync();
            Assert.Equal(HealthStatus.Degraded, full.Status);
            Assert.Contains($"could be kept to tell the other replicas of; until {expires.AddSeconds(20):u}", full.Description, StringComparison.Ordinal);
            Assert.False(await spent.TryUseAsync("client", Unsigned(249_999, expires)));
        }
        bank.Clock.Advance(TimeSpan.FromSeconds(81));
        await server.UntilAsync(async () => (await CheckAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(30));
    }

    private static ClientAssertion Unsigned(int id, DateTimeOffset expires) => ClientAssertion.Parse(
        "eyJhbGciOiJFUzI1NiJ9." + Base64Url.Encode(Encoding.ASCII.GetBytes($$"""{"jti":"{{id}}","exp":{{expires.ToUnixTimeSeconds()}}}""")) + ".AAAA")!;

    [Fact]
    public async Task A_client_with_a_secret_never_touches_the_table()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", TokenPlaneOptions.ControlAudience))).Status);
        Assert.Equal(0, await bank.Database.ScalarAsync<long>("select count(*) from spent_assertion"));
    }

    private static async Task<JwsSigner> KeyedAsync(Bank bank)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "key", key.ToJson()), default)).Succeeded);
        return new JwsSigner(key, JwsAlgorithm.ES256, "JWT");
    }

    private static string Assertion(Bank bank, TokenServer server, JwsSigner signer)
    {
        var now = bank.Clock.GetUtcNow().ToUnixTimeSeconds();
        return signer.Sign($$"""{"iss":"{{bank.App.ClientId}}","sub":"{{bank.App.ClientId}}","aud":"{{server.Issuer}}","jti":"{{Guid.NewGuid()}}","iat":{{now}},"exp":{{now + 60}}}""");
    }

    private static Task<TokenAnswer> AskAsync(TokenServer server, string assertion) => server.PostAsync(
        null, null, ("grant_type", "client_credentials"), ("client_assertion", assertion),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("resource", TokenPlaneOptions.ControlAudience));
}
