using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>A token seen before costs no signature, and is trusted no longer or further than any other.</summary>
public sealed class SeenTokenTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private readonly MovedTime time = new();
    private readonly List<MarketplaceCaller?> callers = [];
    private TestMarketplace marketplace = null!;
    private ProtectedService service = null!;

    private TokenCache Cache => service.Services.GetRequiredService<TokenCache>();

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        service = await ProtectedService.ReadyAsync(marketplace, time, app => app.Run(context =>
        {
            callers.Add(context.GetMarketplaceCaller());
            context.Response.StatusCode = 200;
            return Task.CompletedTask;
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
    }

    [Fact]
    public async Task It_is_read_once_whatever_connection_it_comes_by_and_a_fetch_of_the_same_keys_changes_nothing()
    {
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        await service.SendAsync("GET", Payments, token);
        Assert.True(await service.Services.GetRequiredService<KeyRing>().RefreshAsync());
        await service.SendAsync("GET", Payments, token);

        Assert.NotNull(callers[0]);
        Assert.Same(callers[0], callers[1]);
        Assert.Equal(1, Cache.Count);
    }

    [Fact]
    public async Task It_ends_with_its_key()
    {
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, token)).Status);
        marketplace.Issuer.RotateKey();
        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);

        Assert.Equal(ReasonCode.TokenKeyUnknown, (await service.SendAsync("GET", Payments, token)).Reason);
        Assert.Equal(1, Cache.Count);
    }

    [Theory]
    [InlineData(-320)]
    [InlineData(-3600)]
    public async Task A_clock_that_is_set_back_gives_it_no_second_life(int seconds)
    {
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, token)).Status);
        time.SetAhead = TimeSpan.FromSeconds(seconds);
        Assert.Equal(ReasonCode.TokenNotYetValid, (await service.SendAsync("GET", Payments, token)).Reason);

        // That clock now says what it said when the token was issued.
        time.By = TimeSpan.FromSeconds(-seconds);
        Assert.Equal(ReasonCode.TokenExpired, (await service.SendAsync("GET", Payments, token)).Reason);
        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
    }

    [Fact]
    public async Task It_ends_with_its_time_and_is_not_served_before_it_where_the_clock_was_set_back()
    {
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, token)).Status);
        time.By = TimeSpan.FromSeconds(-60);
        Assert.Equal(ReasonCode.TokenNotYetValid, (await service.SendAsync("GET", Payments, token)).Reason);
        time.By = TimeSpan.FromSeconds(305);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, token)).Status);
        time.By = TimeSpan.FromSeconds(315);

        Assert.Equal(ReasonCode.TokenExpired, (await service.SendAsync("GET", Payments, token)).Reason);
        Assert.Equal(0, Cache.Count);
    }

    [Fact]
    public async Task It_ends_with_its_grant()
    {
        var token = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        Assert.Equal(200, (await service.SendAsync("GET", Payments, token)).Status);

        marketplace.Publish(marketplace.Snapshot with { Revision = 8, Grants = [] });

        await Eventually.HoldsAsync(async () => (await service.SendAsync("GET", Payments, token)).Reason == ReasonCode.GrantEnded, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Its_signature_does_not_serve_other_claims_and_no_bad_token_is_kept()
    {
        foreach (var kind in Enum.GetValues<TokenKind>().Where(kind => EnforcementCases.All.Any(row => row.Token == kind && row.Status == 401))
            // Good tokens in the wrong hands.
            .Except([TokenKind.BoundToKey, TokenKind.BoundToCertificate]))
            Assert.Equal(401, (await service.GetAsync(Payments, marketplace.Issuer, kind)).Status);
        Assert.Equal(0, Cache.Count);

        var seen = marketplace.Issuer.Mint(TokenKind.Granted).Split('.');
        Assert.Equal(200, (await SendAsync(seen)).Status);
        Assert.Equal(ReasonCode.TokenSignature, (await SendAsync([seen[0], marketplace.Issuer.Token().Split('.')[1], seen[2]])).Reason);
        Assert.Equal(ReasonCode.TokenMalformed, (await service.SendAsync("GET", Payments, ["Authorization: Bearer " + string.Join('.', seen) + "."])).Reason);
        Assert.Equal(1, Cache.Count);

        Task<RawResponse> SendAsync(string[] parts) => service.SendAsync("GET", Payments, ["Authorization: Bearer " + string.Join('.', parts)]);
    }

    [Fact]
    public async Task Deciding_about_it_waits_for_nothing_and_allocates_nothing()
    {
        var authorizer = service.Services.GetRequiredService<Authorizer>();
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = Payments + "/42";
        context.Request.Headers.Authorization = "Bearer " + marketplace.Issuer.Mint(TokenKind.Granted);
        Assert.Null((await authorizer.DecideAsync(context)).Reason);
        for (var i = 0; i < 200; i++)
            await authorizer.DecideAsync(context);
        var thread = Environment.CurrentManagedThreadId;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            await authorizer.DecideAsync(context);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
    }
}
