using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>npm oauth4webapi completes the flow against us, and npm jose verifies what it got.</summary>
public sealed class OtherClientsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task With_a_secret(string method)
    {
        await using var bank = await TodaysBankAsync();
        await using var server = await TokenServer.StartAsync(bank);
        await CompletesAsync(server, bank, method, bank.App.Secret!);
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256, true)]
    [InlineData(JwsAlgorithm.PS256, true)]
    [InlineData(JwsAlgorithm.RS256, true)]
    [InlineData(JwsAlgorithm.ES256, false)]
    public async Task With_a_private_key(JwsAlgorithm algorithm, bool withKeyId)
    {
        await using var bank = await TodaysBankAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var key = Jwk.Generate(algorithm).Named(algorithm);
        var added = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "key", key.ToJson()), default);
        Assert.True(added.Succeeded);
        await server.SettleAsync(bank);
        var json = withKeyId ? key.ToPrivateJson() : key.ToPrivateJson().Replace($"\"kid\":\"{key.KeyId}\",", "", StringComparison.Ordinal);
        await CompletesAsync(server, bank, "private_key_jwt", json);
    }

    private static async Task CompletesAsync(TokenServer server, Bank bank, string method, string credential)
    {
        var result = await NodeScript.RunAsync(
            "client-credentials.mjs", [server.Issuer, TokenServer.Production, bank.App.ClientId, method], environment: null, input: credential);
        var output = JsonDocument.Parse(result.Must()).RootElement;
        Assert.Equal(bank.App.ClientId, output.GetProperty("payload").GetProperty("sub").GetString());
        Assert.Equal("getPayment", output.GetProperty("payload").GetProperty("scope").GetString());
        Assert.Equal("at+jwt", output.GetProperty("protectedHeader").GetProperty("typ").GetString());
    }

    // Programs of others go by the real clock.
    private async Task<Bank> TodaysBankAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        await bank.GrantAsync("getPayment");
        return bank;
    }
}
