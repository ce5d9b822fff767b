using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>A plan's limits, through Debian's haproxy: of many at once as many as the burst.</summary>
public sealed class LimitTests(ProtectedService service) : IClassFixture<ProtectedService>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_answer_says_what_is_left_and_another_client_of_the_plan_has_its_own()
    {
        var answer = await RawHttp.SendAsync(service.Port, "GET", "/bank/v1/payments", service.Issuer.AuthorizationLines(TokenKind.WithinPlan));

        Assert.Equal(200, answer.Status);
        Assert.Equal("\"rate\";q=1000;w=1, \"quota\";q=1000000", answer.Headers["RateLimit-Policy"]);
        Assert.Equal("\"rate\";r=1999;t=2", answer.Headers["RateLimit"]);
        var other = await RawHttp.SendAsync(service.Port, "GET", "/bank/v1/payments", service.Issuer.AuthorizationLines(TokenKind.Granted));
        Assert.DoesNotContain("RateLimit", other.Headers.Keys);
    }

    [Fact]
    public void A_quota_that_is_used_up_changes_grants_alone_and_needs_no_reload()
    {
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now) with { Spent = null };
        var until = Now.AddDays(10).ToUnixTimeSeconds();
        var spent = policy with { Spent = [new SpentQuota(EnforcementPolicy.PlannedClient, EnforcementPolicy.Standard.Number, until)] };
        var entry = GrantsMapOf(spent).Single(line => line.StartsWith("app_planned|0 ", StringComparison.Ordinal));

        Assert.EndsWith($"-8-{until}", entry, StringComparison.Ordinal);
        Assert.EndsWith("-8", GrantsMapOf(policy).Single(line => line.StartsWith("app_planned|0 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("-8", GrantsMapOf(spent).Single(line => line.StartsWith("app_shop|0 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("-8", GrantsMapOf(spent, until).Single(line => line.StartsWith("app_planned|0 ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_grant_of_a_plan_that_is_missing_or_broken_is_no_grant_without_limits()
    {
        var policy = EnforcementPolicy.Snapshot("http://localhost:5080", Now);
        Assert.Throws<GatewayException>(() => GrantsMapOf(policy with { Plans = [EnforcementPolicy.Slow] }));
        Assert.Throws<GatewayException>(() => GrantsMapOf(policy with { Plans = [EnforcementPolicy.Slow, EnforcementPolicy.Standard with { Burst = 0 }] }));
        Assert.Throws<GatewayException>(() => GrantsMapOf(policy with { Plans = [EnforcementPolicy.Slow, EnforcementPolicy.Standard, EnforcementPolicy.Slow] }));
    }

    private static string[] GrantsMapOf(PolicySnapshot policy, long? now = null) =>
        Gateways.Haproxy.GrantsMap.File(policy, now ?? Now.ToUnixTimeSeconds()).Split('\n');
}
