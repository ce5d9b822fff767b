using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Testing;
using Marketplace.Tokens.Revocation;
using Marketplace.Tokens.Usage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Tokens.Tests;

/// <summary>Without the database issuing goes on, and health says since when.</summary>
public sealed class OutageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Readiness_says_what_is_stale_and_since_when()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var health = server.Use<HealthCheckService>();
        var (since, revision) = (bank.Clock.GetUtcNow(), await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Equal($"Issuing at policy revision {revision}.", (await health.CheckHealthAsync()).Entries[TokenPlane.HealthCheck].Description);
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(4));
            Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Entries[TokenPlane.HealthCheck].Status);
            bank.Clock.Advance(TimeSpan.FromMinutes(10));
            var stale = (await health.CheckHealthAsync()).Entries[TokenPlane.HealthCheck];
            Assert.Equal(HealthStatus.Degraded, stale.Status);
            Assert.Contains($"since {since:u} (604 s)", stale.Description, StringComparison.Ordinal);
            Assert.Contains($"policy revision {revision}", stale.Description, StringComparison.Ordinal);
            foreach (var name in new[] { KeyKeeper.HealthCheck, RevokedTokens.HealthCheck })
            {
                var other = (await health.CheckHealthAsync()).Entries[name];
                Assert.Equal((name, HealthStatus.Degraded), (name, other.Status));
                Assert.Contains($"since {since:u} (604 s)", other.Description, StringComparison.Ordinal);
            }
            Assert.Equal("getPayment", await server.ScopeAsync(bank));
            await server.UntilAsync(
                async () => (await health.CheckHealthAsync()).Entries[UsageFlusher.HealthCheck] is { Status: HealthStatus.Degraded, Description: { } counts }
                    && counts.Contains($"since {bank.Clock.GetUtcNow():u}, 1 by now", StringComparison.Ordinal),
                TimeSpan.FromSeconds(8));
        }
        await server.UntilAsync(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Without_the_database_issuing_goes_on_and_health_says_since_when()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var grant = (await bank.GrantsAsync()).Single(g => g.Operation == "createPayment");
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "Before the outage.", default);
        await server.SettleAsync(bank);

        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(60));
            await server.UntilAsync(async () => await server.Http.GetStringAsync("/health/ready") == "Degraded", Soon);
            for (var i = 0; i < 20; i++)
                Assert.Equal("getPayment", await server.ScopeAsync(bank));
        }
        await server.UntilAsync(async () => await server.Http.GetStringAsync("/health/ready") == "Healthy", TimeSpan.FromSeconds(5));
        await bank.GrantAsync("cancelPayment");
        await server.UntilAsync(async () => await server.ScopeAsync(bank) == "getPayment cancelPayment", Soon);
    }

    [Fact]
    public async Task Before_the_first_load_it_is_not_ready_and_says_so()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await OpenDuringOutageAsync(bank);
        await server.UntilAsync(async () => (await server.AskAsync(bank)).Status == 200, TimeSpan.FromSeconds(5));
    }

    private static async Task<TokenServer> OpenDuringOutageAsync(Bank bank)
    {
        await using (await DatabaseOutage.BeginAsync(bank.Database))
        {
            var server = await TokenServer.StartAsync(bank, ready: false);
            using (var health = await server.Http.GetAsync("/health/ready"))
                Assert.Equal(503, (int)health.StatusCode);
            using (var keys = await server.Http.GetAsync("/.well-known/jwks.json"))
                Assert.Equal(503, (int)keys.StatusCode);
            Assert.Equal(503, (await server.AskAsync(bank)).Status);
            return server;
        }
    }
}
