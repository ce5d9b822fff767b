using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class DpopServiceFixture : IAsyncLifetime
{
    public TestMarketplace Marketplace { get; private set; } = null!;

    public ProtectedService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Marketplace = await TestMarketplace.StartAsync();
        Service = await ProtectedService.ReadyAsync(Marketplace);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Marketplace.DisposeAsync();
    }
}

/// <summary>RFC 9449 §7 at a protected service.</summary>
public sealed class DpopTests(DpopServiceFixture fixture) : IClassFixture<DpopServiceFixture>, IDisposable
{
    private const string Payments = "/bank/v1/payments";
    private readonly TestKey key = new();
    private readonly TestKey other = new();

    [Fact]
    public async Task A_bound_token_is_served_with_a_new_proof_each_time_and_no_proof_serves_twice()
    {
        var token = Bound(key);
        var first = Proof(token);

        Assert.Equal(200, (await SendAsync("DPoP", token, first)).Status);
        Assert.Equal(ReasonCode.TokenProofUsed, (await SendAsync("DPoP", token, first)).Reason);
        Assert.Equal(200, (await SendAsync("dpop", token, Proof(token))).Status);
        // The token was seen by now, and is worth nothing by that.
        Assert.Equal(ReasonCode.TokenProofMissing, (await SendAsync("DPoP", token)).Reason);
    }

    [Fact]
    public async Task Without_exactly_one_proof_or_as_a_bearer_token_it_is_refused()
    {
        var token = Bound(key);

        Assert.Equal((401, ReasonCode.TokenProofMissing), Outcome(await SendAsync("Bearer", token)));
        Assert.Equal((401, ReasonCode.TokenProofMissing), Outcome(await SendAsync("Bearer", token, Proof(token))));
        Assert.Equal((401, ReasonCode.TokenProofMissing), Outcome(await SendAsync("DPoP", token)));
        Assert.Equal((401, ReasonCode.TokenProofMissing), Outcome(await SendAsync("DPoP", token, Proof(token), Proof(token))));
    }

    [Fact]
    public async Task Section_4_3_every_check_refuses_what_it_is_there_for()
    {
        var token = Bound(key);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        (string Check, string Proof)[] wrong =
        [
            ("no JWS", "x"),
            ("another key", Proof(token, by: other)),
            ("another token", Proof(Bound(key))),
            ("no ath", Proof(token, ("ath", null))),
            ("another method", Proof(token, ("htm", "POST"))),
            ("another path", Proof(token, ("htu", Url("/bank/v1/payments/42")))),
            ("another host", Proof(token, ("htu", "http://api.bank.example" + Payments))),
            ("another scheme", Proof(token, ("htu", Url(Payments).Replace("http", "https", StringComparison.Ordinal)))),
            ("old", Proof(token, ("iat", now - 72))),
            ("ahead", Proof(token, ("iat", now + 15))),
            ("no jti", Proof(token, ("jti", null))),
            ("another typ", Proof(token, type: "JWT")),
        ];
        foreach (var (check, proof) in wrong)
            Assert.Equal((check, 401, ReasonCode.TokenProofInvalid), (check, 401, (await SendAsync("DPoP", token, proof)).Reason));

        // Query and normal form do not matter.
        Assert.Equal(200, (await SendAsync("DPoP", token, Proof(token, ("htu", Url("/bank/v1/%70ayments?x=1"))))).Status);
    }

    [Fact]
    public async Task A_token_that_is_not_bound_is_no_DPoP_token()
    {
        var token = fixture.Marketplace.Issuer.Token();
        Assert.Equal(ReasonCode.TokenProofInvalid, (await SendAsync("DPoP", token, Proof(token))).Reason);
    }

    [Fact]
    public async Task A_confirmation_that_is_not_understood_is_refused()
    {
        JsonNode[] confirmations =
        [
            new JsonObject(), "x", new JsonObject { ["kid"] = "1" }, new JsonObject { ["jkt"] = 7 },
            new JsonObject { ["jkt"] = key.Id, ["x5t#S256"] = "x" },
        ];
        foreach (var confirmation in confirmations)
        {
            var token = fixture.Marketplace.Issuer.Token(("cnf", confirmation));
            Assert.Equal(ReasonCode.TokenMalformed, (await SendAsync("DPoP", token, Proof(token))).Reason);
        }
    }

    [Fact]
    public async Task Section_7_1_the_challenge_names_the_scheme_the_algorithms_and_where_the_API_is_described()
    {
        using var http = new HttpClient();
        using var missing = await http.GetAsync(Url(Payments));
        Assert.Equal(["DPoP", "Bearer"], missing.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
        var described = $"realm=\"payments\", resource_metadata=\"{fixture.Marketplace.Url}/.well-known/oauth-protected-resource/resources/payments/v1/production\"";
        Assert.Equal(described, missing.Headers.WwwAuthenticate.Last().Parameter);
        Assert.Equal(described + ", algs=\"ES256 PS256 RS256\"", missing.Headers.WwwAuthenticate.First().Parameter);

        var token = Bound(key);
        var invalid = (await SendAsync("DPoP", token, "x")).Headers["WWW-Authenticate"];
        Assert.StartsWith("DPoP realm", invalid, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_dpop_proof\"", invalid, StringComparison.Ordinal);
        Assert.Contains("algs=\"ES256 PS256 RS256\"", invalid, StringComparison.Ordinal);

        var refused = (await RawHttp.SendAsync(fixture.Service.Port, "GET", "/bank/v1/accounts/admin",
            ["Authorization: DPoP " + token, "DPoP: " + Proof(token, ("htu", Url("/bank/v1/accounts/admin")))])).Headers["WWW-Authenticate"];
        Assert.Contains("DPoP realm", refused, StringComparison.Ordinal);
        Assert.Contains("error=\"insufficient_scope\"", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_the_public_address_counts_and_what_the_request_says_of_itself_does_not()
    {
        await using var service = await ProtectedService.ReadyAsync(
            fixture.Marketplace, configure: options => options.PublicUrl = new Uri("https://api.bank.example/front/"));
        var token = Bound(key);

        Assert.Equal(200, (await SendToAsync(service.Port, Proof(token, ("htu", "https://api.bank.example/front" + Payments)))).Status);
        Assert.Equal(ReasonCode.TokenProofInvalid, (await SendToAsync(service.Port, Proof(token, ("htu", $"http://localhost:{service.Port}{Payments}")))).Reason);

        Task<RawResponse> SendToAsync(int port, string proof) =>
            RawHttp.SendAsync(port, "GET", Payments, ["Authorization: DPoP " + token, "DPoP: " + proof]);
    }

    [Fact]
    public async Task A_proof_that_another_instance_was_sent_is_worth_nothing_at_one_that_says_where_it_is()
    {
        await using var service = await ProtectedService.ReadyAsync(
            fixture.Marketplace, configure: options => (options.Instance.Url, options.Instance.Drain) = (new Uri("http://10.1.2.3:8443/front"), TimeSpan.Zero));
        var token = Bound(key);

        Assert.Equal(401, await StatusAsync("http://10.6.6.6:8443", "10.6.6.6:8443"));
        Assert.Equal(200, await StatusAsync("http://10.1.2.3:8443/front"));
        Assert.Equal(200, await StatusAsync("http://10.1.2.3:8443"));

        async Task<int> StatusAsync(string front, string host = "10.1.2.3:8443") => (await RawHttp.SendAsync(
            service.Port, "GET", $"http://{host}{Payments}", ["Authorization: DPoP " + token, "DPoP: " + Proof(token, ("htu", front + Payments))])).Status;
    }

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }

    private static (int, string?) Outcome(RawResponse response) => (response.Status, response.Reason);

    private string Url(string path) => $"http://localhost:{fixture.Service.Port}{path}";

    private string Bound(TestKey to) => fixture.Marketplace.Issuer.Token(("cnf", new JsonObject { ["jkt"] = to.Id }));

    private Task<RawResponse> SendAsync(string scheme, string token, params string[] proofs) =>
        fixture.Service.SendAsync("GET", Payments, [$"Authorization: {scheme} {token}", .. proofs.Select(proof => "DPoP: " + proof)]);

    private string Proof(string token, params (string Claim, JsonNode? Value)[] changes) => Proof(token, key, "dpop+jwt", changes);

    private string Proof(string token, TestKey by) => Proof(token, by, "dpop+jwt");

    private string Proof(string token, string type) => Proof(token, key, type);

    private string Proof(string token, TestKey by, string type, params (string Claim, JsonNode? Value)[] changes)
    {
        var header = new JsonObject { ["typ"] = type, ["alg"] = "ES256", ["jwk"] = by.PublicJwk.DeepClone() };
        var claims = new JsonObject
        {
            ["htm"] = "GET",
            ["htu"] = Url(Payments),
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["ath"] = Jose.Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
        };
        foreach (var (claim, value) in changes)
        {
            claims.Remove(claim);
            if (value is not null)
                claims.Add(claim, value);
        }

        return by.Jws(header, claims.ToJsonString());
    }
}
