using Marketplace.Contracts.Policy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>A line in shadow mode, in a service: what would be refused is served and named, until the mode ends.</summary>
public sealed class ShadowTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private readonly MovedTime time = new();
    private TestMarketplace marketplace = null!;
    private ProtectedService service = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        marketplace.Publish(EnforcementPolicy.InShadow(marketplace.Url, TimeProvider.System.GetUtcNow()));
        service = await ProtectedService.StartAsync(marketplace, time, app =>
        {
            app.Use((context, next) =>
            {
                var caller = context.GetMarketplaceCaller();
                context.Response.Headers["X-Caller"] = caller is null ? "nobody" : $"{caller.ClientId} {caller.Operation} {caller.LetThrough ?? "granted"}";
                return next(context);
            });
            TestProvider.Map(app);
        });
        await Eventually.HoldsAsync(async () => (await service.GetAsync(Payments, marketplace.Issuer)).Status == 200, TimeSpan.FromSeconds(10));
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
    }

    [Fact]
    public async Task Every_refusal_of_the_table_is_let_through_with_its_reason()
    {
        var (wanted, came) = (new List<string>(), new List<string>());
        foreach (var row in EnforcementCases.All)
        {
            var comparison = row.CompareInShadow(await service.SendAsync(row, marketplace.Issuer));
            wanted.Add($"{row.Name}: {comparison.Wanted}");
            came.Add($"{row.Name}: {comparison.Came}");
        }

        Assert.Equal(wanted, came);
    }

    [Fact]
    public async Task Only_a_good_token_says_who_calls()
    {
        Assert.Equal("app_shop listPayments granted", await CallerAsync(Payments, TokenKind.Granted));
        Assert.Equal("app_shop getAdminAccount operation_not_granted", await CallerAsync("/bank/v1/accounts/admin", TokenKind.Granted));
        Assert.Equal("app_past listPayments grant_ended", await CallerAsync(Payments, TokenKind.GrantPast));
        Assert.Equal("nobody", await CallerAsync("/bank/v1/nothing", TokenKind.Granted));
        foreach (var kind in new[] { TokenKind.None, TokenKind.WrongSignature, TokenKind.TamperedClaims, TokenKind.Expired, TokenKind.BoundToKey, TokenKind.WrongAudience })
            Assert.Equal("nobody", await CallerAsync(Payments, kind));

        async Task<string> CallerAsync(string path, TokenKind kind) => (await service.GetAsync(path, marketplace.Issuer, kind)).Headers["X-Caller"];
    }

    [Fact]
    public async Task It_ends_at_its_second_though_nobody_can_be_reached()
    {
        Assert.Equal(ReasonCode.TokenMissing, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.None)).LetThrough);
        Assert.Contains("Shadow mode until", await HealthAsync(), StringComparison.Ordinal);
        marketplace.IsDown = true;

        time.By = TimeSpan.FromMinutes(59);
        Assert.Equal(ReasonCode.TokenMissing, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.None)).LetThrough);
        time.By = TimeSpan.FromMinutes(60);

        Assert.Equal((401, ReasonCode.TokenMissing), Facts(await service.GetAsync(Payments, marketplace.Issuer, TokenKind.None)));
        var later = time.GetUtcNow().ToUnixTimeSeconds();
        string[] good = ["Authorization: Bearer " + marketplace.Issuer.Token(("iat", later), ("exp", later + 300))];
        Assert.Equal((200, null), Facts(await service.SendAsync("GET", Payments, good)));
        Assert.Equal((403, ReasonCode.OperationNotGranted), Facts(await service.SendAsync("GET", "/bank/v1/accounts/admin", good)));
        Assert.DoesNotContain("Shadow", await HealthAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_the_policy_that_says_so_and_a_forged_one_does_not_bring_it_back()
    {
        var enforced = EnforcementPolicy.Snapshot(marketplace.Url, time.GetUtcNow(), revision: 8);
        marketplace.Publish(enforced);
        await Eventually.HoldsAsync(async () => (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.None)).Status == 401, TimeSpan.FromSeconds(5));

        var forged = EnforcementPolicy.InShadow(marketplace.Url, time.GetUtcNow(), revision: 9);
        var (good, other) = (marketplace.Issuer.Sign(enforced with { Revision = 9 }).Split('.'), marketplace.Issuer.Sign(forged).Split('.'));
        using var stranger = new TestIssuer(marketplace.Url, TimeProvider.System);
        foreach (var signed in new[] { $"{good[0]}.{other[1]}.{good[2]}", stranger.Sign(forged) })
        {
            var asked = marketplace.SnapshotRequests;
            marketplace.Publish(forged, signed);
            // The second question after it is asked when the first answer was judged.
            await Eventually.HoldsAsync(() => Task.FromResult(marketplace.SnapshotRequests >= asked + 2), TimeSpan.FromSeconds(10));
            Assert.Equal(401, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.None)).Status);
        }
    }

    private static (int, string?) Facts(RawResponse response) => (response.Status, response.Reason);

    private async Task<string> HealthAsync() =>
        (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["marketplace"].Description!;
}
