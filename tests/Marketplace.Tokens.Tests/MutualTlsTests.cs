using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 8705: certificates as credentials, and tokens bound to them.</summary>
public sealed class MutualTlsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    [Standard("RFC 8705 §2.2")]
    [Standard("RFC 8705 §3")]
    [Standard("RFC 8705 §3.1")]
    public async Task Section_2_2_and_3_1_a_registered_certificate_proves_its_client_and_binds_the_token()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        using var own = certificates.SelfSigned();
        using var other = certificates.SelfSigned();
        await AddAsync(bank, own.ExportCertificatePem());
        await using var server = await StartAsync(bank, certificates);

        var answer = await AskAsync(server, own, bank.App.ClientId);
        Assert.Equal(200, answer.Status);
        // §3: a bound token is still a Bearer token.
        Assert.Equal("Bearer", answer.Body.GetProperty("token_type").GetString());
        Assert.Equal($$"""{"x5t#S256":"{{Certificates.Thumbprint(own)}}"}""", answer.Claims.GetProperty("cnf").GetRawText());

        // §2: the client id is required; another's certificate, none, and another client are refused alike.
        foreach (var (certificate, client) in new[] { (own, null), (other, bank.App.ClientId), (null, bank.App.ClientId), (own, "nobody") })
            Assert.Equal(("invalid_client", 401), Brief(await AskAsync(server, certificate, client)));
        // One way to authenticate: with a secret the certificate counts for nothing and binds nothing.
        var secret = await AskAsync(server, other, bank.App.ClientId, ("client_secret", bank.App.Secret!));
        Assert.False(secret.Claims.TryGetProperty("cnf", out _));
    }

    [Fact]
    [Standard("RFC 8705 §2.2.2")]
    public async Task Section_2_2_2_a_JWK_with_x5c_registers_its_certificate_too()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        using var own = certificates.SelfSigned();
        using var other = certificates.SelfSigned();
        Assert.False((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "x", Jwk(own, other)), default)).Succeeded);
        await AddAsync(bank, Jwk(own, own));
        await using var server = await StartAsync(bank, certificates);
        Assert.Equal(200, (await AskAsync(server, own, bank.App.ClientId)).Status);
        Assert.Equal("invalid_client", (await AskAsync(server, other, bank.App.ClientId)).Error);
    }

    [Fact]
    [Standard("RFC 8705 §2.1.2")]
    public async Task Section_2_1_2_each_kind_of_name_stands_for_the_client()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        var second = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", "Named", ""), default)).Value!;
        foreach (var name in new[] { "dns:App.bank.example", "uri:spiffe://bank.example/app", "ip:10.1.2.3", "email:app@bank.example", "dn:CN=app, O=Bank, C=NL" })
            Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(second.ClientId, name, name), default)).Succeeded, name);
        await using var server = await StartAsync(bank, certificates);

        (string Subject, Action<SubjectAlternativeNameBuilder>? Names, bool Known)[] cases =
        [
            ("CN=x", n => n.AddDnsName("app.bank.example"), true),
            ("CN=x", n => n.AddUri(new Uri("spiffe://bank.example/app")), true),
            ("CN=x", n => n.AddIpAddress(IPAddress.Parse("10.1.2.3")), true),
            ("CN=x", n => n.AddEmailAddress("app@bank.example"), true),
            ("CN=app, O=Bank, C=NL", null, true),
            ("CN=x", n => { n.AddDnsName("other.example"); n.AddDnsName("app.bank.example"); }, true),
            ("CN=x", n => n.AddDnsName("app.bank.example.evil"), false),
            ("CN=x", n => n.AddDnsName("*.bank.example"), false),
            ("CN=x", n => n.AddUri(new Uri("spiffe://bank.example/app2")), false),
            ("CN=app.bank.example", null, false),
            ("CN=app, O=Bank", null, false),
            ("CN=app, O=Bank, C=NL, OU=x", null, false),
            ("CN=APP, O=Bank, C=NL", null, false),
            ("CN=x", null, false),
        ];
        foreach (var (subject, names, known) in cases)
        {
            using var certificate = certificates.Issue(subject, names);
            Assert.Equal((subject, known ? 200 : 401), (subject, (await AskAsync(server, certificate, second.ClientId, ("resource", TokenPlaneOptions.ControlAudience))).Status));
            Assert.Equal(401, (await AskAsync(server, certificate, bank.App.ClientId)).Status);
        }
    }

    [Fact]
    [Standard("RFC 8705 §2.1")]
    public async Task Section_2_1_only_a_valid_client_certificate_of_a_trusted_authority_counts()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        await AddAsync(bank, "dns:app.bank.example");
        await using var server = await StartAsync(bank, certificates);
        static void App(SubjectAlternativeNameBuilder names) => names.AddDnsName("app.bank.example");

        using var good = certificates.Issue("CN=x", App);
        Assert.Equal(200, (await AskAsync(server, good, bank.App.ClientId)).Status);
        using var strangers = certificates.Issue("CN=x", App, by: certificates.AnotherAuthority());
        using var forServers = certificates.Issue("CN=x", App, usage: Certificates.ForServers);
        using var expired = certificates.Issue("CN=x", App, days: -1);
        foreach (var wrong in new[] { strangers, forServers, expired })
            Assert.Equal(("invalid_client", 401), Brief(await AskAsync(server, wrong, bank.App.ClientId)));

        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(("invalid_client", 401), Brief(await AskAsync(server, good, bank.App.ClientId)));
    }

    [Fact]
    [Standard("RFC 9440 §2.2")]
    public async Task RFC_9440_a_header_is_believed_from_the_named_proxy_alone()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        using var own = certificates.SelfSigned();
        await AddAsync(bank, own.ExportCertificatePem());
        var header = $":{Convert.ToBase64String(own.RawData)}:";
        await using var behind = await StartAsync(bank, certificates, IPNetwork.Parse("127.0.0.0/8"));
        await using var elsewhere = await StartAsync(bank, certificates, IPNetwork.Parse("10.0.0.1/32"));
        await using var bare = await TokenServer.StartAsync(bank);

        Assert.Equal(Certificates.Thumbprint(own), (await SendAsync(behind, header)).Claims.GetProperty("cnf").GetProperty("x5t#S256").GetString());
        Assert.Equal("invalid_client", (await SendAsync(elsewhere, header)).Error);
        Assert.Equal("invalid_client", (await SendAsync(bare, header)).Error);
        foreach (var broken in new[] { "", ":", "::", header[1..], header[..^1], ":AAAA:", header + ", " + header, ":" + new string('A', 20_000) + ":" })
            Assert.Equal((broken, "invalid_client"), (broken, (await SendAsync(behind, broken)).Error));
        Assert.Equal("invalid_client", (await SendAsync(behind, header, header)).Error);

        Task<TokenAnswer> SendAsync(TokenServer server, params string[] headers) => server.PostToAsync(
            TokenPlane.TokenPath, null, null, [("grant_type", "client_credentials"), ("client_id", bank.App.ClientId)], [.. headers.Select(h => ("Client-Cert", h))]);
    }

    [Fact]
    [Standard("RFC 8705 §5")]
    [Standard("RFC 8414 §2")]
    public async Task Section_5_the_metadata_names_the_methods_and_the_port_only_where_they_are_on()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        await using var server = await StartAsync(bank, certificates);
        var metadata = JsonDocument.Parse(await server.Http.GetStringAsync(TokenPlane.MetadataPath)).RootElement;
        Assert.Equal(server.TlsUrl + "/oauth/token", metadata.GetProperty("mtls_endpoint_aliases").GetProperty("token_endpoint").GetString());
        Assert.True(metadata.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        var methods = metadata.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(m => m.GetString()).ToList();
        Assert.Contains("tls_client_auth", methods);
        Assert.Contains("self_signed_tls_client_auth", methods);
    }

    [Fact]
    public async Task A_certificate_credential_ends_with_its_certificate_and_an_expired_one_is_refused()
    {
        await using var bank = await GrantedAsync();
        var certificates = new Certificates(bank);
        using var own = certificates.SelfSigned();
        using var expired = certificates.Issue("CN=x", days: -1);
        await AddAsync(bank, own.ExportCertificatePem());
        var details = await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, bank.App.ClientId, default);
        var credential = details!.Credentials.Single(c => c.Kind == CredentialKind.Certificate);
        Assert.Equal(own.NotAfter.ToUniversalTime(), credential.ExpiresAt!.Value.UtcDateTime);
        Assert.Equal(Certificates.Thumbprint(own), credential.Hint);
        foreach (var wrong in new[] { expired.ExportCertificatePem(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "dns:", "dns:a b", "ip:1.2.3", "uri:x", "dn:x", "email:x" })
            Assert.False((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "x", wrong), default)).Succeeded, wrong);
    }

    private static string Jwk(X509Certificate2 key, X509Certificate2 certificate)
    {
        using var ec = key.GetECDsaPublicKey()!;
        var q = ec.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Jose.Base64Url.Encode(q.X)}}","y":"{{Jose.Base64Url.Encode(q.Y)}}","x5c":["{{Convert.ToBase64String(certificate.RawData)}}"]}""";
    }

    private static (string?, int) Brief(TokenAnswer answer) => (answer.Error, answer.Status);

    private static async Task AddAsync(Bank bank, string credential)
    {
        var added = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "certificate", credential), default);
        Assert.True(added.Succeeded, string.Join("; ", added.Problems));
    }

    private static Task<TokenServer> StartAsync(Bank bank, Certificates certificates, params IPNetwork[] proxies) =>
        TokenServer.StartAsync(bank, tls: new TlsSetup(certificates.Server(), [certificates.Authority], proxies));

    private static async Task<TokenAnswer> AskAsync(TokenServer server, X509Certificate2? certificate, string? clientId, params (string Name, string Value)[] more)
    {
        using var http = server.TlsClient(certificate);
        (string Name, string Value)[] form = [("grant_type", "client_credentials"), .. more];
        if (clientId is not null)
            form = [.. form, ("client_id", clientId)];
        using var response = await http.PostAsync(TokenPlane.TokenPath, new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))));
        return new TokenAnswer((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement, response.Headers);
    }

    private async Task<Bank> GrantedAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        return bank;
    }
}
