using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

public sealed class DiscoveryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 8414 §2")]
    [Standard("RFC 8414 §3.2")]
    public async Task The_metadata_of_RFC_8414_names_only_what_is_on()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var metadata = JsonDocument.Parse(await server.Http.GetStringAsync("/.well-known/oauth-authorization-server")).RootElement;
        Assert.Equal(
            [
                "authorization_details_types_supported", "dpop_signing_alg_values_supported", "grant_types_supported",
                "introspection_endpoint", "introspection_endpoint_auth_methods_supported", "introspection_endpoint_auth_signing_alg_values_supported",
                "issuer", "jwks_uri", "response_types_supported",
                "revocation_endpoint", "revocation_endpoint_auth_methods_supported", "revocation_endpoint_auth_signing_alg_values_supported",
                "token_endpoint", "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
            ],
            metadata.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(server.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal(server.Issuer + "/oauth/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal(server.Issuer + "/.well-known/jwks.json", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"], metadata.GetProperty("grant_types_supported").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    [Standard("RFC 8414 §3.1")]
    [Standard("RFC 8414 §3.3")]
    public async Task The_metadata_of_an_issuer_with_a_path_stands_between_host_and_path_and_names_that_issuer()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank, path: "/bank");
        // The second is where clients of OpenID Connect Discovery look; the third what is left of it behind a proxy that takes the path away.
        foreach (var place in new[] { "/.well-known/oauth-authorization-server/bank", "/bank/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server" })
        {
            var metadata = JsonDocument.Parse(await server.Http.GetStringAsync(place)).RootElement;
            Assert.Equal((server.Issuer, server.Issuer + "/oauth/token"), (metadata.GetProperty("issuer").GetString(), metadata.GetProperty("token_endpoint").GetString()));
        }
        using var elsewhere = await server.Http.GetAsync("/.well-known/oauth-authorization-server/other");
        Assert.Equal(404, (int)elsewhere.StatusCode);
    }

    [Fact]
    [Standard("RFC 7517 §5")]
    [Standard("RFC 7517 §8.5.2")]
    public async Task The_key_set_is_cached_for_five_minutes_and_not_sent_again_unchanged()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        using var first = await server.Http.GetAsync("/.well-known/jwks.json");
        Assert.Equal("public, max-age=300", first.Headers.CacheControl!.ToString());
        Assert.Equal("application/jwk-set+json", first.Content.Headers.ContentType!.ToString());
        var keys = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(2, keys.Count);
        Assert.All(keys, key => Assert.Equal(
            ["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)));

        foreach (var (tag, status) in new[] { (first.Headers.ETag!.ToString(), 304), ("W/" + first.Headers.ETag, 304), ("\"x\", " + first.Headers.ETag, 304), ("*", 304), ("\"x\"", 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json");
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var again = await server.Http.SendAsync(request);
            Assert.Equal((tag, status), (tag, (int)again.StatusCode));
        }
    }

    [Fact]
    public async Task Two_replicas_publish_the_same_keys_and_each_may_sign()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var servers = await Task.WhenAll(TokenServer.StartAsync(bank), TokenServer.StartAsync(bank));
        await using var first = servers[0];
        await using var second = servers[1];
        Assert.Equal(await first.Http.GetStringAsync("/.well-known/jwks.json"), await second.Http.GetStringAsync("/.well-known/jwks.json"));
        var kids = await Task.WhenAll(servers.Select(async s =>
            (await s.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"))).Header.GetProperty("kid").GetString()));
        Assert.Single(kids.Distinct());
    }
}
