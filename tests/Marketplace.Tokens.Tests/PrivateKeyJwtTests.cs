using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 7523 §3: each way in which an assertion can fail.</summary>
public sealed class PrivateKeyJwtTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Good = """{"iss":"ID","sub":"ID","aud":"ISS","jti":"JTI","iat":NOW,"exp":NOW+60}""";

    public static TheoryData<string, bool> Claims => new()
    {
        { Good, true },
        { Good.Replace("\"ISS\"", "[\"ISS\"]", StringComparison.Ordinal), true },
        { Good.Replace("NOW+60", "NOW+310", StringComparison.Ordinal), true },
        { Good.Replace("\"iat\":NOW,", "", StringComparison.Ordinal), true },
        // The issuer alone: the URL of an endpoint, and several audiences, can be meant for somebody else.
        { Good.Replace("\"ISS\"", "\"ISS/oauth/token\"", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "[\"ISS\",\"ISS/oauth/token\"]", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "[\"ISS\",\"ISS\"]", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "[5]", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "[\"ISS\",\"https://other.example\"]", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "\"ISS/\"", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "\"https://other.example\"", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "[]", StringComparison.Ordinal), false },
        { Good.Replace("\"ISS\"", "5", StringComparison.Ordinal), false },
        { Good.Replace("\"aud\":\"ISS\",", "", StringComparison.Ordinal), false },
        { Good.Replace("\"sub\":\"ID\"", "\"sub\":\"someone\"", StringComparison.Ordinal), false },
        { Good.Replace("\"sub\":\"ID\",", "", StringComparison.Ordinal), false },
        { Good.Replace("\"iss\":\"ID\",", "", StringComparison.Ordinal), false },
        { Good.Replace("\"iss\":\"ID\"", "\"iss\":\"nobody\"", StringComparison.Ordinal), false },
        { Good.Replace("\"jti\":\"JTI\",", "", StringComparison.Ordinal), false },
        { Good.Replace("\"jti\":\"JTI\"", "\"jti\":\"\"", StringComparison.Ordinal), false },
        { Good.Replace("\"jti\":\"JTI\"", "\"jti\":7", StringComparison.Ordinal), false },
        { Good.Replace(",\"exp\":NOW+60", "", StringComparison.Ordinal), false },
        { Good.Replace("NOW+60", "NOW-11", StringComparison.Ordinal), false },
        { Good.Replace("NOW+60", "NOW+311", StringComparison.Ordinal), false },
        { Good.Replace("\"iat\":NOW,", "\"nbf\":NOW+11,", StringComparison.Ordinal), false },
        { Good.Replace("\"iss\":", "\"iss\":\"x\",\"iss\":", StringComparison.Ordinal), false },
        { "[]", false },
        { "not json", false },
    };

    [Fact]
    [Standard("RFC 7523 §3")]
    [Standard("RFC 7519 §4.1.3")]
    [Standard("RFC 8725 §3.9")]
    public async Task Only_an_assertion_for_us_now_and_once_is_accepted()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var signer = await KeyedAsync(bank, "key");
        await using var server = await TokenServer.StartAsync(bank);
        Assert.NotEmpty(Claims);
        foreach (var (claims, accepted) in Claims.Select(row => row.Data))
        {
            var assertion = signer.Sign(Fill(claims, bank, server));
            var first = await PostAsync(server, assertion);
            Assert.Equal((claims, accepted ? null : "invalid_client"), (claims, first.Error));
            Assert.Equal("invalid_client", (await PostAsync(server, assertion)).Error);
        }
    }

    [Fact]
    [Standard("RFC 7523 §3")]
    public async Task A_jti_is_spent_for_as_long_as_an_assertion_can_live()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var signer = await KeyedAsync(bank, "key");
        await using var server = await TokenServer.StartAsync(bank);
        // What is remembered is dropped in turns: spend one just before a turn, and try it ever after.
        Assert.Equal(200, (await PostAsync(server, signer.Sign(Fill(Good, bank, server)))).Status);
        bank.Clock.Advance(TimeSpan.FromSeconds(325));
        var assertion = signer.Sign(Fill(Good.Replace("NOW+60", "NOW+300", StringComparison.Ordinal), bank, server));
        Assert.Equal(200, (await PostAsync(server, assertion)).Status);
        for (var waited = 0; waited < 310; waited += 10)
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal("invalid_client", (await PostAsync(server, assertion)).Error);
        }
    }

    [Fact]
    [Standard("RFC 7523 §2.2")]
    [Standard("RFC 8725 §3.8")]
    [Standard("RFC 8725 §3.11")]
    public async Task Another_clients_key_an_unregistered_key_and_a_wrong_typ_prove_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await KeyedAsync(bank, "key");
        var other = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", "Other app", "", Key.ToJson()), default)).Value!;
        await using var server = await TokenServer.StartAsync(bank);

        var unregistered = new JwsSigner(Jwk.Generate(JwsAlgorithm.ES256), JwsAlgorithm.ES256, "JWT");
        Assert.Equal("invalid_client", (await PostAsync(server, unregistered.Sign(Fill(Good, bank, server)))).Error);
        var others = new JwsSigner(Key, JwsAlgorithm.ES256, "JWT");
        Assert.Equal("invalid_client", (await PostAsync(server, others.Sign(Fill(Good, bank, server)))).Error);
        // It is that client's own key, and that client has no grant.
        Assert.Equal("invalid_target", (await PostAsync(server, others.Sign(Fill(Good, bank, server).Replace(bank.App.ClientId, other.ClientId, StringComparison.Ordinal)))).Error);
        // RFC 8725 §3.11: what was signed for another purpose is no assertion.
        var accessToken = new JwsSigner(Key, JwsAlgorithm.ES256, "at+jwt");
        Assert.Equal("invalid_client", (await PostAsync(server, accessToken.Sign(Fill(Good, bank, server).Replace(bank.App.ClientId, other.ClientId, StringComparison.Ordinal)))).Error);
    }

    [Fact]
    public async Task A_revoked_or_expired_key_proves_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var signer = await KeyedAsync(bank, "key", bank.Clock.GetUtcNow().AddMinutes(10));
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal(200, (await PostAsync(server, signer.Sign(Fill(Good, bank, server)))).Status);
        bank.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("invalid_client", (await PostAsync(server, signer.Sign(Fill(Good, bank, server)))).Error);
    }

    private static readonly Jwk Key = Jwk.Generate(JwsAlgorithm.ES256);

    private static async Task<JwsSigner> KeyedAsync(Bank bank, string label, DateTimeOffset? expires = null)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, label, key.ToJson(), expires), default)).Succeeded);
        return new JwsSigner(key, JwsAlgorithm.ES256, "JWT");
    }

    private static Task<TokenAnswer> PostAsync(TokenServer server, string assertion) => server.PostAsync(
        null, null, ("grant_type", "client_credentials"), ("client_assertion", assertion),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("resource", TokenServer.Production));

    private static string Fill(string claims, Bank bank, TokenServer server)
    {
        var now = bank.Clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var offset in new[] { 60, 300, 310, 311, 11, -11 })
            claims = claims.Replace($"NOW{offset:+0;-0}", (now + offset).ToString(), StringComparison.Ordinal);
        return claims.Replace("NOW", now.ToString(), StringComparison.Ordinal).Replace("ID", bank.App.ClientId, StringComparison.Ordinal)
            .Replace("ISS", server.Issuer, StringComparison.Ordinal).Replace("JTI", Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }
}
