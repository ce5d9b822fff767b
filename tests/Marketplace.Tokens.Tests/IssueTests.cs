using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

public sealed class IssueTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 6749 §4.4.3")]
    [Standard("RFC 6749 §5.1")]
    [Standard("RFC 9068 §2.1")]
    [Standard("RFC 9068 §2.2")]
    [Standard("RFC 7519 §4.1")]
    public async Task A_token_carries_exactly_the_claims_of_RFC_9068_and_our_own()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);

        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret,
            ("grant_type", "client_credentials"), ("resource", TokenServer.Production));

        Assert.Equal(200, answer.Status);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("Bearer", answer.Body.GetProperty("token_type").GetString());
        Assert.Equal(300, answer.Body.GetProperty("expires_in").GetInt32());
        Assert.Equal("createPayment getPayment", answer.Body.GetProperty("scope").GetString());

        Assert.Equal(["alg", "kid", "typ"], Names(answer.Header));
        Assert.Equal("ES256", answer.Header.GetProperty("alg").GetString());
        Assert.Equal("at+jwt", answer.Header.GetProperty("typ").GetString());

        var claims = answer.Claims;
        Assert.Equal(["aud", "client_id", "env", "exp", "iat", "iss", "jti", "ops", "rev", "scope", "sub"], Names(claims));
        Assert.Equal(server.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(TokenServer.Production, claims.GetProperty("aud").GetString());
        Assert.Equal(bank.App.ClientId, claims.GetProperty("sub").GetString());
        Assert.Equal(bank.App.ClientId, claims.GetProperty("client_id").GetString());
        Assert.Equal("production", claims.GetProperty("env").GetString());
        Assert.Equal("createPayment getPayment", claims.GetProperty("scope").GetString());
        Assert.Equal(OperationBitmap.Of(1, 2).ToString(), claims.GetProperty("ops").GetString());
        Assert.Equal(await bank.Database.ScalarAsync<long>("select revision from policy_head"), claims.GetProperty("rev").GetInt64());
        Assert.Equal(bank.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(bank.Clock.GetUtcNow().ToUnixTimeSeconds() + 300, claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    [Standard("RFC 7638 §3")]
    [Standard("RFC 7517 §4.5")]
    public async Task The_published_keys_verify_it_under_the_kid_of_its_thumbprint()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"));

        Assert.True(JwkSet.TryParse(await server.Http.GetStringAsync("/.well-known/jwks.json"), out var set));
        Assert.All(set.Keys, key => Assert.Equal(key.Thumbprint(), key.KeyId));
        var verifier = new JwsVerifier(VerificationKey.FromSet(set, JwsAlgorithm.ES256));
        Assert.True(verifier.Verify(answer.Token, JwsExpectation.OfType("at+jwt")).IsValid);
        Assert.Equal(JwsFailure.WrongType, verifier.Verify(answer.Token, JwsExpectation.OfType("mkt-snapshot+jwt")).Failure);
    }

    [Fact]
    [Standard("RFC 7519 §4.1.7")]
    public async Task Two_tokens_never_have_the_same_id()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 50; i++)
        {
            var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"));
            Assert.True(ids.Add(answer.Claims.GetProperty("jti").GetString()!));
        }
    }

    [Fact]
    [Standard("RFC 6749 §3.3")]
    [Standard("RFC 9068 §2.2.3")]
    public async Task A_scope_narrows_and_never_widens()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        await using var server = await TokenServer.StartAsync(bank);

        var narrowed = await Ask(server, bank, "getPayment");
        Assert.Equal("getPayment", narrowed.Claims.GetProperty("scope").GetString());
        Assert.Equal(OperationBitmap.Of(2).ToString(), narrowed.Claims.GetProperty("ops").GetString());
        Assert.Equal("getPayment", narrowed.Body.GetProperty("scope").GetString());

        foreach (var scope in new[] { "cancelPayment", "getPayment cancelPayment", "nope", "getPayment ", " getPayment", "GETPAYMENT", "getPayment  createPayment" })
            Assert.Equal("invalid_scope", (await Ask(server, bank, scope)).Error);
    }

    [Fact]
    public async Task A_token_ends_with_the_last_grant_in_it()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        var now = bank.Clock.GetUtcNow();
        await bank.Database.ExecuteAsync(
            $"""
            update access_grant set valid_until = '{now.AddSeconds(100):O}' where operation_id = (select id from operation where key = 'getPayment');
            update access_grant set valid_until = '{now.AddSeconds(200):O}' where operation_id = (select id from operation where key = 'createPayment');
            """);
        await using var server = await TokenServer.StartAsync(bank);

        Assert.Equal(200, (await Ask(server, bank, null)).Body.GetProperty("expires_in").GetInt32());
        Assert.Equal(100, (await Ask(server, bank, "getPayment")).Body.GetProperty("expires_in").GetInt32());

        bank.Clock.Advance(TimeSpan.FromSeconds(100));
        var later = await Ask(server, bank, null);
        Assert.Equal("createPayment", later.Claims.GetProperty("scope").GetString());
        Assert.Equal(100, later.Body.GetProperty("expires_in").GetInt32());
        Assert.Equal("invalid_scope", (await Ask(server, bank, "getPayment")).Error);

        bank.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal("invalid_target", (await Ask(server, bank, null)).Error);
    }

    [Fact]
    public async Task Any_application_gets_a_token_for_the_control_plane_that_opens_nothing_else()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret,
            ("grant_type", "client_credentials"), ("resource", "urn:marketplace:control"));
        Assert.Equal("urn:marketplace:control", answer.Claims.GetProperty("aud").GetString());
        Assert.Equal("snapshots", answer.Claims.GetProperty("scope").GetString());
        Assert.Equal(["aud", "client_id", "exp", "iat", "iss", "jti", "rev", "scope", "sub"], Names(answer.Claims));

        var other = await server.PostAsync(bank.App.ClientId, bank.App.Secret,
            ("grant_type", "client_credentials"), ("resource", "urn:marketplace:control"), ("scope", "getPayment"));
        Assert.Equal("invalid_scope", other.Error);
    }

    private static Task<TokenAnswer> Ask(TokenServer server, Bank bank, string? scope) => server.PostAsync(
        bank.App.ClientId, bank.App.Secret,
        [("grant_type", "client_credentials"), ("resource", TokenServer.Production), .. scope is null ? Array.Empty<(string, string)>() : [("scope", scope)]]);

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
}
