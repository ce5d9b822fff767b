using Marketplace.Contracts.Policy;
using Marketplace.Core.Applications;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.ControlPlane.Tests;

public sealed class PullerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank bank = null!;
    private PlaneServer server = null!;
    private RegisteredApplication service = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await bank.GrantAsync("listPayments");
        server = await PlaneServer.StartAsync(bank);
        token = await TokenAsync(service);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task The_owners_application_may_pull() => Assert.Equal(200, (await server.PullAsync(token)).Status);

    [Fact]
    public async Task Another_teams_application_may_not_even_one_with_grants()
    {
        var refused = await server.PullAsync(await TokenAsync(bank.App));

        Assert.Equal((403, "not_the_owner", "application/problem+json"), (refused.Status, refused.Code, refused.MediaType));
    }

    [Theory]
    [InlineData("payments/v2/production")]
    [InlineData("loans/v1/production")]
    [InlineData("payments/v1/staging")]
    [InlineData("Payments/v1/production")]
    public async Task What_does_not_exist_is_not_found(string path)
    {
        var refused = await server.PullAsync(token, path);

        Assert.Equal((404, "not_found"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("31")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1&wait=2")]
    public async Task A_wait_that_is_none_is_refused(string wait)
    {
        var refused = await server.PullAsync(token, "payments/v1/production?wait=" + wait);

        Assert.Equal((400, "wait_invalid"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Without_a_good_token_for_the_control_plane_nothing_is_told()
    {
        using var stranger = new TestIssuer(server.Issuer, bank.Clock);
        using var consumer = server.TokensOf(bank.App, bank.Clock);
        var parts = token.Split('.');
        (string? Token, string Code)[] bad =
        [
            (null, ReasonCode.TokenMissing),
            ("x", ReasonCode.TokenMalformed),
            (await consumer.GetTokenAsync("urn:marketplace:payments:v1:production"), ReasonCode.TokenAudience),
            (stranger.Token(("aud", ControlAddress.Audience)), ReasonCode.TokenKeyUnknown),
            ($"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA", ReasonCode.TokenSignature),
            ((await server.PullAsync(token)).Body, ReasonCode.TokenType),
        ];
        foreach (var (sent, code) in bad)
        {
            var refused = await server.PullAsync(sent);
            Assert.Equal((401, code), (refused.Status, refused.Code));
            Assert.Equal(code == ReasonCode.TokenMissing, !refused.Challenge.Contains("invalid_token", StringComparison.Ordinal));
        }

        bank.Clock.Advance(TimeSpan.FromSeconds(311));
        Assert.Equal(ReasonCode.TokenExpired, (await server.PullAsync(token)).Code);
    }

    [Fact]
    public async Task A_disabled_application_is_refused_though_its_token_lives()
    {
        await bank.Use<DisableApplication>().ExecuteAsync(bank.Olivia, service.ClientId, disable: true, "Replaced.", default);
        await server.SettleAsync(bank);

        Assert.Equal(403, (await server.PullAsync(token)).Status);
    }

    private async Task<string> TokenAsync(RegisteredApplication application)
    {
        using var tokens = server.TokensOf(application, bank.Clock);
        return await tokens.GetTokenAsync(ControlAddress.Audience);
    }
}
