using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>A line in shadow mode, through Debian's haproxy: the same table, let through and named.</summary>
public sealed class ShadowTests
{
    [Fact]
    public async Task Every_refusal_of_the_table_is_let_through_with_its_reason_and_only_a_good_token_says_who_calls()
    {
        using var issuer = new TestIssuer("http://localhost:5080", TimeProvider.System);
        await using var backend = await UnprotectedService.StartAsync(routes =>
        {
            TestProvider.Map(routes);
            routes.Map("/{**rest}", context => context.Response.WriteAsync(
                $"{context.Request.Headers["Marketplace-Client"]} {context.Request.Headers["Marketplace-Operation"]} {context.Request.Headers[LetThrough.Header]}"));
        });
        await using var haproxy = await RunningHaproxy.StartAsync(EnforcementPolicy.InShadow(issuer.Issuer, TimeProvider.System.GetUtcNow()), issuer.Jwks(), backend.Port);

        var (wanted, came) = (new List<string>(), new List<string>());
        foreach (var row in EnforcementCases.All)
        {
            var comparison = row.CompareInShadow(await RawHttp.SendAsync(haproxy.Port, row, issuer));
            wanted.Add($"{row.Name}: {comparison.Wanted}");
            came.Add($"{row.Name}: {comparison.Came}");
        }

        Assert.Equal(wanted, came);

        Assert.Equal("app_shop  operation_unknown", await ToldAsync(TokenKind.Granted));
        foreach (var (kind, reason) in new[] { (TokenKind.None, ReasonCode.TokenMissing), (TokenKind.TamperedClaims, ReasonCode.TokenSignature), (TokenKind.Expired, ReasonCode.TokenExpired), (TokenKind.BoundToKey, ReasonCode.TokenProofMissing) })
            Assert.Equal($"  {reason}", await ToldAsync(kind));

        async Task<string> ToldAsync(TokenKind kind) =>
            (await RawHttp.SendAsync(haproxy.Port, "GET", "/bank/v1/unknown", [.. issuer.AuthorizationLines(kind), "Marketplace-Client: app_root", "marketplace_operation: all", "Marketplace_Let-Through: no"])).Body;
    }

    [Fact]
    public async Task It_ends_at_its_second_with_nobody_near_and_then_the_table_holds()
    {
        using var issuer = new TestIssuer("http://localhost:5080", TimeProvider.System);
        await using var backend = await UnprotectedService.StartAsync(TestProvider.Map);
        var (haproxy, until) = await BeforeItEndsAsync(issuer, backend.Port, 3);
        await using var _ = haproxy;

        while (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() < until)
            await Task.Delay(100);

        foreach (var row in EnforcementCases.All.Where(row => !row.Target.Contains('#', StringComparison.Ordinal)))
        {
            var (wanted, came) = row.Compare(await RawHttp.SendAsync(haproxy.Port, row, issuer));
            Assert.Equal($"{row.Name}: {wanted}", $"{row.Name}: {came}");
        }
    }

    /// <summary>It lets through, and has so few seconds left; more on a machine on which haproxy takes that long to start.</summary>
    private static async Task<(RunningHaproxy Haproxy, long Until)> BeforeItEndsAsync(TestIssuer issuer, int backend, int seconds)
    {
        var until = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var policy = EnforcementPolicy.Snapshot(issuer.Issuer, TimeProvider.System.GetUtcNow()) with { ShadowUntil = until };
        var haproxy = await RunningHaproxy.StartAsync(policy, issuer.Jwks(), backend);
        var before = await RawHttp.SendAsync(haproxy.Port, "GET", "/bank/v1/payments", []);
        if (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() >= until && seconds < 100)
        {
            await haproxy.DisposeAsync();
            return await BeforeItEndsAsync(issuer, backend, seconds * 3);
        }
        Assert.Equal((200, null, ReasonCode.TokenMissing), (before.Status, before.Reason, before.LetThrough));
        return (haproxy, until);
    }
}
