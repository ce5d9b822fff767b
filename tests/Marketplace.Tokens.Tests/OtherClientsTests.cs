using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>npm oauth4webapi and openid-client complete every flow against us, and npm jose verifies what they got.</summary>
public sealed class OtherClientsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Oauth4Webapi = "client-credentials.mjs";
    private const string OpenidClient = "openid-client.mjs";

    [Theory]
    [InlineData(Oauth4Webapi, "client_secret_basic", "none")]
    [InlineData(Oauth4Webapi, "client_secret_post", "none")]
    [InlineData(Oauth4Webapi, "client_secret_basic", "dpop")]
    [InlineData(OpenidClient, "client_secret_basic", "none")]
    [InlineData(OpenidClient, "client_secret_post", "none")]
    [InlineData(OpenidClient, "client_secret_basic", "dpop")]
    public async Task With_a_secret(string library, string method, string binding)
    {
        await using var bank = await TodaysBankAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        await CompletesAsync(library, server, bank, method, bank.App.Secret!, binding);
    }

    [Theory]
    [InlineData(Oauth4Webapi, JwsAlgorithm.ES256, true)]
    [InlineData(Oauth4Webapi, JwsAlgorithm.PS256, true)]
    [InlineData(Oauth4Webapi, JwsAlgorithm.RS256, true)]
    [InlineData(Oauth4Webapi, JwsAlgorithm.ES256, false)]
    [InlineData(OpenidClient, JwsAlgorithm.ES256, true)]
    public async Task With_a_private_key(string library, JwsAlgorithm algorithm, bool withKeyId)
    {
        await using var bank = await TodaysBankAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var key = Jwk.Generate(algorithm).Named(algorithm);
        await AddAsync(server, bank, key.ToJson());
        var json = withKeyId ? key.ToPrivateJson() : key.ToPrivateJson().Replace($"\"kid\":\"{key.KeyId}\",", "", StringComparison.Ordinal);
        await CompletesAsync(library, server, bank, "private_key_jwt", json, algorithm == JwsAlgorithm.ES256 && withKeyId ? "dpop" : "none");
    }

    [Theory]
    [InlineData(Oauth4Webapi, "self_signed_tls_client_auth")]
    [InlineData(Oauth4Webapi, "tls_client_auth")]
    [InlineData(OpenidClient, "self_signed_tls_client_auth")]
    [InlineData(OpenidClient, "tls_client_auth")]
    public async Task With_a_certificate(string library, string method)
    {
        await using var bank = await TodaysBankAsync(postgres);
        var certificates = new Certificates(bank);
        using var own = method == "tls_client_auth" ? certificates.Issue("CN=x", n => n.AddDnsName("app.bank.example")) : certificates.SelfSigned();
        using var serverCertificate = certificates.Server();
        await using var server = await TokenServer.StartAsync(bank, tls: new TlsSetup(serverCertificate, [certificates.Authority], []));
        await AddAsync(server, bank, method == "tls_client_auth" ? "dns:app.bank.example" : own.ExportCertificatePem());
        var folder = Directory.CreateTempSubdirectory("certificates-").FullName;
        try
        {
            var environment = new Dictionary<string, string?>
            {
                ["MTLS_CERT"] = await WriteAsync("cert.pem", own.ExportCertificatePem()),
                ["MTLS_KEY"] = await WriteAsync("key.pem", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                ["MTLS_CA"] = await WriteAsync("ca.pem", serverCertificate.ExportCertificatePem()),
            };
            var payload = await CompletesAsync(library, server, bank, method, "", "none", environment);
            Assert.Equal(Certificates.Thumbprint(own), payload.GetProperty("cnf").GetProperty("x5t#S256").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<string> WriteAsync(string name, string text)
        {
            var path = Path.Combine(folder, name);
            await File.WriteAllTextAsync(path, text);
            return path;
        }
    }

    [Theory]
    [InlineData(Oauth4Webapi)]
    [InlineData(OpenidClient)]
    [Standard("RFC 8414 §3.1")]
    public async Task An_issuer_with_a_path_is_found_between_host_and_path(string library)
    {
        await using var bank = await TodaysBankAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank, path: "/bank/tokens");
        Assert.EndsWith("/bank/tokens", server.Issuer, StringComparison.Ordinal);
        await CompletesAsync(library, server, bank, "client_secret_basic", bank.App.Secret!, "dpop");
    }

    private static async Task AddAsync(TokenServer server, Bank bank, string credential)
    {
        Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "key", credential), default)).Succeeded);
        await server.SettleAsync(bank);
    }

    private static async Task<JsonElement> CompletesAsync(
        string library, TokenServer server, Bank bank, string method, string credential, string binding, Dictionary<string, string?>? environment = null)
    {
        var result = await NodeScript.RunAsync(
            library, [server.Issuer, TokenServer.Production, bank.App.ClientId, method, binding], environment, credential);
        var payload = JsonDocument.Parse(result.Must()).RootElement.GetProperty("payload");
        Assert.Equal(bank.App.ClientId, payload.GetProperty("sub").GetString());
        Assert.Equal("getPayment", payload.GetProperty("scope").GetString());
        Assert.Equal(binding == "dpop", payload.TryGetProperty("cnf", out var confirmation) && confirmation.TryGetProperty("jkt", out _));
        return payload;
    }

    /// <summary>Programs of others go by the real clock.</summary>
    internal static async Task<Bank> TodaysBankAsync(PostgresFixture postgres)
    {
        var bank = await Bank.OpenAsync(postgres);
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        await bank.GrantAsync("getPayment");
        return bank;
    }
}
