using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class PolicyTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private readonly MovedTime time = new();
    private TestMarketplace marketplace = null!;

    public async ValueTask InitializeAsync() => marketplace = await TestMarketplace.StartAsync();

    public ValueTask DisposeAsync() => marketplace.DisposeAsync();

    [Fact]
    public async Task Nothing_is_served_before_the_first_policy()
    {
        marketplace.IsDown = true;
        await using var service = await ProtectedService.StartAsync(marketplace);

        var refused = await service.GetAsync(Payments, marketplace.Issuer);
        Assert.Equal((503, ReasonCode.PolicyUnavailable), (refused.Status, refused.Reason));
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(service));

        marketplace.IsDown = false;
        await Eventually.HoldsAsync(async () => (await service.GetAsync(Payments, marketplace.Issuer)).Status == 200, TimeSpan.FromSeconds(15));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(service));
    }

    [Fact]
    public async Task A_revocation_is_enforced_within_a_second()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);

        marketplace.Publish(marketplace.Snapshot with { Revision = 8, Grants = [] });
        await Eventually.HoldsAsync(async () => (await service.SendAsync("GET", Payments, token)).Reason == ReasonCode.GrantEnded, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_older_snapshot_is_refused()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        await RefusedSnapshotAsync(service, marketplace.Snapshot with { Revision = 6, Grants = [] }, marketplace.Issuer.Sign);
    }

    [Fact]
    public async Task A_tampered_snapshot_is_refused()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        await RefusedSnapshotAsync(service, marketplace.Snapshot with { Revision = 8, Grants = [] }, snapshot =>
        {
            var genuine = marketplace.SignedSnapshot.Split('.');
            return $"{genuine[0]}.{marketplace.Issuer.Sign(snapshot).Split('.')[1]}.{genuine[2]}";
        });
    }

    [Fact]
    public async Task A_snapshot_of_another_type_is_refused()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        await RefusedSnapshotAsync(service, marketplace.Snapshot with { Revision = 8, Grants = [] }, snapshot => marketplace.Issuer.Sign(snapshot, "at+jwt"));
    }

    [Theory]
    [InlineData("loans", "v1", "production", null)]
    [InlineData("payments", "v2", "production", null)]
    [InlineData("payments", "v1", "sandbox", null)]
    [InlineData("payments", "v1", "production", "https://other.example")]
    public async Task A_snapshot_for_someone_else_is_refused(string api, string version, string environment, string? issuer)
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        var foreign = marketplace.Snapshot with
        {
            Revision = 8, Grants = [], Api = api, Version = version, Environment = environment, Issuer = issuer ?? marketplace.Url,
        };
        await RefusedSnapshotAsync(service, foreign, marketplace.Issuer.Sign);
    }

    [Fact]
    public async Task The_last_policy_outlives_the_marketplace_and_then_the_token_alone_decides()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace, time);
        var issuer = new TestIssuerAt(marketplace.Issuer, time);
        marketplace.IsDown = true;

        time.By = TimeSpan.FromHours(23);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, issuer.Lines())).Status);
        Assert.Equal(ReasonCode.GrantEnded, (await service.SendAsync("GET", "/bank/v1/refunds", issuer.Lines(EnforcementPolicy.Revoked))).Reason);
        Assert.Equal(ReasonCode.GrantSuspended, (await service.SendAsync("GET", Payments, issuer.LinesOf(EnforcementPolicy.PausedClient))).Reason);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(service));

        time.By = TimeSpan.FromHours(25);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, issuer.LinesOf(EnforcementPolicy.PausedClient))).Status);
        Assert.Equal(200, (await service.SendAsync("GET", "/bank/v1/refunds", issuer.Lines(EnforcementPolicy.Revoked))).Status);
        Assert.Equal(ReasonCode.OperationNotGranted, (await service.SendAsync("GET", "/bank/v1/accounts/admin", issuer.Lines())).Reason);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(service));

        time.By = TimeSpan.Zero;
        marketplace.IsDown = false;
        await Eventually.HoldsAsync(async () => await HealthAsync(service) == HealthStatus.Healthy, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_grant_ends_by_itself_at_its_last_second()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace, time);
        var until = marketplace.Snapshot.Grants[0].Until;
        var issuer = new TestIssuerAt(marketplace.Issuer, time);

        time.By = DateTimeOffset.FromUnixTimeSeconds(until).AddSeconds(-30) - TimeProvider.System.GetUtcNow();
        marketplace.Publish(marketplace.Snapshot with { Revision = 9 });
        // Until then the policy is too old to speak about grants.
        await Eventually.HoldsAsync(() => service.Services.GetRequiredService<PolicyHolder>() is { Current.Revision: 9, IsTooOld: false }, TimeSpan.FromSeconds(10));
        Assert.Equal(200, (await service.SendAsync("GET", Payments, issuer.Lines())).Status);

        time.By += TimeSpan.FromSeconds(31);
        Assert.Equal(ReasonCode.GrantEnded, (await service.SendAsync("GET", Payments, issuer.Lines())).Reason);
    }

    private async Task RefusedSnapshotAsync(ProtectedService service, PolicySnapshot snapshot, Func<PolicySnapshot, string> sign)
    {
        var before = marketplace.SnapshotRequests;
        marketplace.Publish(snapshot, sign(snapshot));
        await Eventually.HoldsAsync(() => marketplace.SnapshotRequests >= before + 2, TimeSpan.FromSeconds(10));

        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
    }

    private static async Task<HealthStatus> HealthAsync(ProtectedService service) =>
        (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    private sealed class TestIssuerAt(TestIssuer issuer, TimeProvider time)
    {
        public IEnumerable<string> Lines(params string[] more) => LinesOf(EnforcementPolicy.Client, more);

        public IEnumerable<string> LinesOf(string client, params string[] more)
        {
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            var operations = EnforcementPolicy.Bitmap([.. EnforcementPolicy.Granted, .. more]).ToString();
            return ["Authorization: Bearer " + issuer.Token(("client_id", client), ("sub", client), ("iat", now), ("exp", now + 300), ("ops", operations))];
        }
    }
}
