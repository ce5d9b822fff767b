using System.Net;
using System.Net.Http.Json;
using Marketplace.Testing.Enforcement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Sdk.Tests.Tokens;

/// <summary>The consumer's one line against a service protected by the provider's one line.</summary>
public sealed class TokenHandlerTests : IAsyncLifetime
{
    private readonly MovedTime time = new();
    private TestMarketplace marketplace = null!;
    private ProtectedService service = null!;
    private ServiceProvider consumer = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        service = await ProtectedService.ReadyAsync(marketplace);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplace:Url"] = marketplace.Url,
            ["Marketplace:ClientId"] = EnforcementPolicy.Client,
            ["Marketplace:ClientSecret"] = "secret",
        }).Build());
        services.AddHttpClient("payments", http => http.BaseAddress = new Uri($"http://127.0.0.1:{service.Port}/bank/v1/"))
            .AddMarketplaceToken(EnforcementPolicy.Audience);
        consumer = services.BuildServiceProvider();
        marketplace.TokenRequests.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await consumer.DisposeAsync();
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
    }

    [Fact]
    public async Task Calls_carry_a_token_that_is_asked_for_once()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal("listPayments", await Payments.GetStringAsync(new Uri("payments", UriKind.Relative)));

        Assert.Single(marketplace.TokenRequests);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_and_the_body_is_sent_again()
    {
        await Payments.GetStringAsync(new Uri("payments", UriKind.Relative));
        marketplace.Issuer.RotateKey();
        // The service learns the new key, and so forgets the one that signed the consumer's token.
        Assert.Equal(200, (await service.GetAsync("/bank/v1/payments", marketplace.Issuer)).Status);

        var answer = await Payments.PostAsJsonAsync("payments", new { amount = 1 });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, marketplace.TokenRequests.Count);
    }

    [Fact]
    public async Task A_refusal_that_a_new_token_would_not_mend_is_handed_on()
    {
        var refused = await Payments.GetAsync(new Uri("accounts/admin", UriKind.Relative));
        Assert.Equal("operation_not_granted", refused.Headers.GetValues("Marketplace-Reason").Single());
        Assert.Single(marketplace.TokenRequests);

        marketplace.Tokens = _ => Microsoft.AspNetCore.Http.Results.Json(
            new { access_token = marketplace.Issuer.Mint(TokenKind.Expired), expires_in = 300 });
        consumer.GetRequiredService<Internal.Tokens.Marketplaces>().TokensOf("payments").Forget(EnforcementPolicy.Audience, await CurrentAsync());
        marketplace.TokenRequests.Clear();

        Assert.Equal(HttpStatusCode.Unauthorized, (await Payments.GetAsync(new Uri("payments", UriKind.Relative))).StatusCode);
        // Nor does a service that refuses every token make its callers ask for one with each call.
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await Payments.GetAsync(new Uri("payments", UriKind.Relative))).StatusCode);
        Assert.Equal(2, marketplace.TokenRequests.Count);
    }

    [Fact]
    public async Task An_endpoint_granted_since_is_used_with_a_fresh_token_but_asked_for_once_in_a_while()
    {
        var admin = new Uri("accounts/admin", UriKind.Relative);
        Assert.Equal(HttpStatusCode.Forbidden, (await Payments.GetAsync(admin)).StatusCode);
        string[] granted = [.. EnforcementPolicy.Granted, "getAdminAccount"];
        var bitmap = EnforcementPolicy.Bitmap(granted).ToString();
        marketplace.Tokens = _ => Microsoft.AspNetCore.Http.Results.Json(new { access_token = marketplace.Issuer.Token(("ops", bitmap)), expires_in = 300 });
        marketplace.Publish(marketplace.Snapshot with { Revision = 8, Grants = [marketplace.Snapshot.Grants[0] with { Operations = bitmap }] });
        Assert.Equal(HttpStatusCode.Forbidden, (await Payments.GetAsync(admin)).StatusCode);
        Assert.Single(marketplace.TokenRequests);

        time.By = TimeSpan.FromSeconds(16);
        Assert.Equal("getAdminAccount", await Payments.GetStringAsync(admin));
        await Payments.GetAsync(new Uri("bank/none", UriKind.Relative));

        Assert.Equal(2, marketplace.TokenRequests.Count);
    }

    private HttpClient Payments => consumer.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    private ValueTask<string> CurrentAsync() =>
        consumer.GetRequiredService<Internal.Tokens.Marketplaces>().TokensOf("payments").GetTokenAsync(EnforcementPolicy.Audience);
}
