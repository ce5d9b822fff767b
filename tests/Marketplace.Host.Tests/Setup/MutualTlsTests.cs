using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Setup;

/// <summary>The real host with a port of its own for clients with certificates (RFC 8705).</summary>
public sealed class MutualTlsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_port_of_its_own_asks_for_certificates_beside_the_ordinary_one()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var folder = TestFolder.Create("mtls");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        var port = LoopbackPort.Pick();
        await using var host = await HostProcess.StartAsync(new()
        {
            ConnectionString = database.ConnectionString,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["MARKETPLACE_MTLS_PORT"] = port.ToString(),
                ["MARKETPLACE_MTLS_CERTIFICATE"] = Path.Combine(folder, "cert.pem"),
                ["MARKETPLACE_MTLS_KEY"] = Path.Combine(folder, "key.pem"),
                ["MARKETPLACE_MTLS_URL"] = $"https://localhost:{port}",
            },
        });

        var metadata = JsonDocument.Parse(await host.Client.GetStringAsync("/.well-known/oauth-authorization-server")).RootElement;
        Assert.Equal($"https://localhost:{port}/oauth/token", metadata.GetProperty("mtls_endpoint_aliases").GetProperty("token_endpoint").GetString());
        Assert.DoesNotContain("tls_client_auth", metadata.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(m => m.GetString()));

        var asked = false;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) =>
                {
                    asked = true;
                    return certificate;
                },
                RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString(),
            },
        });
        // The ports open one after the other, and the first answers at once.
        await Eventually.HoldsAsync(async () => (await http.GetAsync($"https://localhost:{port}/health/live")).IsSuccessStatusCode, TimeSpan.FromSeconds(20));
        using var answer = await http.PostAsync(
            $"https://localhost:{port}/oauth/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "nobody")]));
        Assert.Equal((401, true), ((int)answer.StatusCode, asked));
        TestFolder.Delete(folder);
    }

    [Theory]
    [InlineData("MARKETPLACE_MTLS_PORT", "5443", "MARKETPLACE_MTLS_CERTIFICATE")]
    [InlineData("MARKETPLACE_MTLS_PORT", "x", "no port")]
    [InlineData("MARKETPLACE_MTLS_PROXIES", "10.0.0.0/99", "no address")]
    [InlineData("MARKETPLACE_MTLS_PROXIES", "10.0.0.1", "MARKETPLACE_MTLS_URL")]
    public async Task A_mistake_ends_the_start_with_one_sentence(string name, string value, string says)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(new()
        {
            ConnectionString = database.ConnectionString,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value },
        }));
        Assert.Contains("exit code 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }
}
