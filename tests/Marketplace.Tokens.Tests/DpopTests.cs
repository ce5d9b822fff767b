using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 9449 at the token endpoint.</summary>
public sealed class DpopTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 9449 §5")]
    [Standard("RFC 9449 §6.1")]
    [Standard("RFC 9449 §8")]
    public async Task Section_8_a_proof_without_our_nonce_is_told_one_and_with_it_binds_the_token_to_its_key()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        using var proof = new Proof();

        var first = await AskAsync(server, bank, proof.Good(server, bank, null));
        Assert.Equal(("use_dpop_nonce", 400), (first.Error, first.Status));
        var nonce = Nonce(first);

        var answer = await AskAsync(server, bank, proof.Good(server, bank, nonce));
        Assert.Equal(200, answer.Status);
        // §5 and §6.1.
        Assert.Equal("DPoP", answer.Body.GetProperty("token_type").GetString());
        Assert.Equal($$"""{"jkt":"{{proof.Thumbprint}}"}""", answer.Claims.GetProperty("cnf").GetRawText());
        Assert.Equal(nonce, Nonce(answer));

        var bearer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"));
        Assert.False(bearer.Claims.TryGetProperty("cnf", out _));
        Assert.False(bearer.Headers.Contains("DPoP-Nonce"));
    }

    [Fact]
    [Standard("RFC 9449 §11.1")]
    public async Task Section_11_1_a_proof_passes_once()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        using var proof = new Proof();
        var used = proof.Good(server, bank, await NonceAsync(server, bank, proof));
        Assert.Equal(200, (await AskAsync(server, bank, used)).Status);
        Assert.Equal("invalid_dpop_proof", (await AskAsync(server, bank, used)).Error);
    }

    [Fact]
    [Standard("RFC 9449 §8")]
    public async Task Section_8_a_nonce_serves_every_replica_and_grows_old()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        await using var replica = await TokenServer.StartAsync(bank, issuer: server.Issuer);
        using var proof = new Proof();
        var nonce = await NonceAsync(server, bank, proof);
        Assert.Equal(200, (await AskAsync(replica, bank, proof.Good(replica, bank, nonce))).Status);
        bank.Clock.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(200, (await AskAsync(server, bank, proof.Good(server, bank, nonce))).Status);
        bank.Clock.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal("use_dpop_nonce", (await AskAsync(server, bank, proof.Good(server, bank, nonce))).Error);
        foreach (var invented in new[] { "x", nonce[..^1], nonce + "A", new string('A', nonce.Length) })
            Assert.Equal("use_dpop_nonce", (await AskAsync(server, bank, proof.Good(server, bank, invented))).Error);
    }

    [Fact]
    [Standard("RFC 9449 §4.3")]
    public async Task Section_4_3_every_check_refuses_what_it_is_there_for()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        using var proof = new Proof();
        using var other = new Proof();
        var nonce = await NonceAsync(server, bank, proof);
        var now = bank.Clock.GetUtcNow().ToUnixTimeSeconds();
        string Claims(string from, string to) => Replace(Proof.GoodClaims(server, bank, nonce), from, to);
        string Header(string from, string to) => Replace(proof.GoodHeader, from, to);

        (string Check, string Proof)[] wrong =
        [
            ("2: not a JWT", "x"),
            ("2: not a JWT", ""),
            ("3: no jti", proof.Sign(proof.GoodHeader, Claims("\"jti\"", "\"xjti\""))),
            ("3: no htm", proof.Sign(proof.GoodHeader, Claims("\"htm\"", "\"xhtm\""))),
            ("3: no htu", proof.Sign(proof.GoodHeader, Claims("\"htu\"", "\"xhtu\""))),
            ("3: no iat", proof.Sign(proof.GoodHeader, Claims("\"iat\"", "\"xiat\""))),
            ("3: iat is text", proof.Sign(proof.GoodHeader, Claims($"\"iat\":{now}", $"\"iat\":\"{now}\""))),
            ("4: another typ", proof.Sign(Header("dpop+jwt", "JWT"), Claims("", ""))),
            ("4: no typ", proof.Sign(Header("\"typ\":\"dpop+jwt\",", ""), Claims("", ""))),
            ("5: none", proof.Sign(Header("ES256", "none"), Claims("", ""))),
            ("5: symmetric", proof.Sign(Header("ES256", "HS256"), Claims("", ""))),
            ("5: not the key's", proof.Sign(Header("ES256", "PS256"), Claims("", ""))),
            ("6: another key", other.Sign(proof.GoodHeader, Claims("", ""))),
            ("6: no key", proof.Sign("""{"typ":"dpop+jwt","alg":"ES256"}""", Claims("", ""))),
            ("7: a private key", proof.Sign(Header($"\"y\":\"{proof.Y}\"", $"\"y\":\"{proof.Y}\",\"d\":\"{proof.D}\""), Claims("", ""))),
            ("8: another method", proof.Sign(proof.GoodHeader, Claims("POST", "GET"))),
            ("8: method in another case", proof.Sign(proof.GoodHeader, Claims("POST", "post"))),
            ("9: another path", proof.Sign(proof.GoodHeader, Claims("/oauth/token", "/oauth/revoke"))),
            ("9: another host", proof.Sign(proof.GoodHeader, Claims("127.0.0.1", "localhost"))),
            ("9: another scheme", proof.Sign(proof.GoodHeader, Claims("http:", "https:"))),
            ("9: no URL", proof.Sign(proof.GoodHeader, Claims(server.Issuer, ""))),
            ("11: old", proof.Sign(proof.GoodHeader, Claims($"\"iat\":{now}", $"\"iat\":{now - 71}"))),
            ("11: ahead", proof.Sign(proof.GoodHeader, Claims($"\"iat\":{now}", $"\"iat\":{now + 11}"))),
            ("two members of a name", proof.Sign(proof.GoodHeader, Claims("\"htm\"", "\"htm\":\"POST\",\"htm\""))),
            ("RFC 7515 §4.1.11", proof.Sign(Header("\"typ\"", "\"crit\":[\"x\"],\"x\":1,\"typ\""), Claims("", ""))),
            ("too long", proof.Sign(Header("\"typ\"", $"\"pad\":\"{new string('x', 9000)}\",\"typ\""), Claims("", ""))),
        ];
        foreach (var (check, text) in wrong)
            Assert.Equal((check, "invalid_dpop_proof", 400), await ResultAsync(check, text));

        // §4.3, check 9: the URL is compared after normalization, without query and fragment.
        foreach (var same in new[] { ("http://", "HTTP://"), ("/oauth/token", "/oauth/token?a=b#c"), ("/oauth/token", "/x/../oauth/%74oken") })
            Assert.Equal(200, (await AskAsync(server, bank, proof.Sign(proof.GoodHeader, Claims(same.Item1, same.Item2)))).Status);

        async Task<(string, string?, int)> ResultAsync(string check, string text)
        {
            var answer = await AskAsync(server, bank, text);
            return (check, answer.Error, answer.Status);
        }
    }

    [Fact]
    [Standard("RFC 9449 §4.3")]
    public async Task Section_4_3_check_1_two_proofs_are_none()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        using var proof = new Proof();
        var nonce = await NonceAsync(server, bank, proof);
        var answer = await AskAsync(server, bank, proof.Good(server, bank, nonce), proof.Good(server, bank, nonce));
        Assert.Equal("invalid_dpop_proof", answer.Error);
    }

    private static string Replace(string text, string from, string to) =>
        from.Length == 0 ? text : text.Contains(from, StringComparison.Ordinal) ? text.Replace(from, to, StringComparison.Ordinal) : throw new ArgumentException(text, nameof(from));

    private static string Nonce(TokenAnswer answer) => Assert.Single(answer.Headers.GetValues("DPoP-Nonce"));

    private static async Task<string> NonceAsync(TokenServer server, Bank bank, Proof proof) =>
        Nonce(await AskAsync(server, bank, proof.Good(server, bank, null)));

    private static Task<TokenAnswer> AskAsync(TokenServer server, Bank bank, params string[] proofs) => server.PostToAsync(
        TokenPlane.TokenPath, bank.App.ClientId, bank.App.Secret, [("grant_type", "client_credentials")], [.. proofs.Select(p => ("DPoP", p))]);

    private async Task<Bank> GrantedAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        return bank;
    }
}
