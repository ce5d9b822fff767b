using System.Text.Json;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 9728 for each ApiVersion and environment.</summary>
public sealed class ResourceMetadataTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 9728 §3.1")]
    [Standard("RFC 9728 §3.3")]
    [Standard("RFC 8707 §2")]
    public async Task Section_3_1_and_3_3_the_metadata_is_found_between_host_and_path_and_names_that_resource()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var resource = server.Issuer + "/resources/payments/v1/production";
        var metadata = await ReadAsync(server, "payments/v1/production");
        Assert.Equal(resource, metadata.GetProperty("resource").GetString());
        Assert.Equal([server.Issuer], metadata.GetProperty("authorization_servers").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(["header"], metadata.GetProperty("bearer_methods_supported").EnumerateArray().Select(v => v.GetString()));

        // RFC 8707 §2: a token asked for under this name carries the audience that stands for it.
        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", resource));
        Assert.Equal(TokenServer.Production, answer.Claims.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task What_is_not_published_has_none()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        foreach (var name in new[] { "payments/v2/production", "payments/v1/test", "PAYMENTS/v1/production", "nobody/v1/production", "payments%2Fv1/production" })
            Assert.Equal((name, 404), (name, (int)(await server.Http.GetAsync(Path(name))).StatusCode));
        Assert.Equal(200, (int)(await server.Http.GetAsync(Path("payments/v1/sandbox"))).StatusCode);
    }

    [Fact]
    public async Task An_audience_that_looks_like_another_s_resource_does_not_take_its_place()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await Ledger.AddAsync(bank);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var resource = server.Issuer + "/resources/payments/v1/production";
        Assert.True((await bank.Use<ChangeVersion>().ExecuteAsync(
            bank.Carla,
            new("ledger", "v1", Lifecycle.Published, null, "", new Dictionary<string, string>(StringComparer.Ordinal) { ["production"] = resource }),
            default)).Succeeded);
        await server.SettleAsync(bank);

        Assert.Equal("Payments v1 (production)", (await ReadAsync(server, "payments/v1/production")).GetProperty("resource_name").GetString());
        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", resource));
        Assert.Equal(TokenServer.Production, answer.Claims.GetProperty("aud").GetString());
    }

    [Fact]
    [Standard("RFC 9728 §2")]
    public async Task Operations_are_told_to_the_world_only_where_the_API_is_public()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        Assert.False((await ReadAsync(server, "payments/v1/production")).TryGetProperty("scopes_supported", out _));
        Assert.True((await bank.Use<ChangeApi>().ExecuteAsync(bank.Olivia, new("payments", "Payments", "Moves money.", Classification.Public), default)).Succeeded);
        await server.SettleAsync(bank);
        var scopes = (await ReadAsync(server, "payments/v1/production")).GetProperty("scopes_supported");
        Assert.Equal(Bank.PaymentOperations, scopes.EnumerateArray().Select(v => v.GetString()));
    }

    private static string Path(string name) => "/.well-known/oauth-protected-resource/resources/" + name;

    private static async Task<JsonElement> ReadAsync(TokenServer server, string name) =>
        JsonDocument.Parse(await server.Http.GetStringAsync(Path(name))).RootElement;
}
