using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class KeyTests : IAsyncLifetime
{
    private const string Payments = "/bank/v1/payments";
    private TestMarketplace marketplace = null!;
    private ProtectedService service = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        service = await ProtectedService.ReadyAsync(marketplace);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
    }

    [Fact]
    public async Task A_token_of_a_new_key_is_served_at_once()
    {
        marketplace.Issuer.RotateKey();

        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten_with_the_next_set()
    {
        var old = marketplace.Issuer.AuthorizationLines(TokenKind.Granted);
        marketplace.Issuer.RotateKey();
        await service.GetAsync(Payments, marketplace.Issuer);

        Assert.Equal(ReasonCode.TokenKeyUnknown, (await service.SendAsync("GET", Payments, old)).Reason);
    }

    [Fact]
    public async Task Unknown_keys_cause_one_fetch_until_the_cool_down_has_passed()
    {
        var before = marketplace.KeyRequests;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.GetAsync(Payments, marketplace.Issuer, TokenKind.UnknownKid)));

        Assert.All(answers, answer => Assert.Equal(ReasonCode.TokenKeyUnknown, answer.Reason));
        Assert.InRange(marketplace.KeyRequests - before, 1, 1);
    }

    [Fact]
    public async Task The_last_good_keys_outlive_a_failing_fetch()
    {
        marketplace.KeysAreDown = true;

        Assert.Equal(ReasonCode.TokenKeyUnknown, (await service.GetAsync(Payments, marketplace.Issuer, TokenKind.UnknownKid)).Reason);
        Assert.Equal(200, (await service.GetAsync(Payments, marketplace.Issuer)).Status);
    }
}
