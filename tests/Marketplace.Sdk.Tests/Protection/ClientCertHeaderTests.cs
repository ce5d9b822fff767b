using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Policy;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>RFC 9440 at a protected service: Debian's HAProxy ends TLS and says which certificate it has seen.</summary>
public sealed class ClientCertHeaderTests : IDisposable
{
    private const string Payments = "/bank/v1/payments";
    private readonly string folder = TestFolder.Create("client-cert");
    private readonly X509Certificate2 server = Make("localhost");
    private readonly X509Certificate2 own = Make("shop");
    private readonly X509Certificate2 other = Make("other");

    [Fact]
    [Standard("RFC 9440 §2.2")]
    [Standard("RFC 9440 §4")]
    public async Task Section_2_2_the_header_counts_from_the_proxy_that_was_named_and_from_nobody_else()
    {
        await using var marketplace = await TestMarketplace.StartAsync();
        var socket = Path.Combine(folder, "service");
        await using var service = await ProtectedService.ReadyAsync(marketplace, configure: options => options.CertificateProxies.Add("127.0.0.1"));
        await using var local = await ProtectedService.ReadyAsync(marketplace, configure: options => options.CertificateProxies.Add("unix"), socket: socket);
        await using var trusting = await ProtectedService.ReadyAsync(marketplace);
        var (byPort, bySocket) = (LoopbackPort.Pick(), LoopbackPort.Pick());
        await using var haproxy = await HaproxyAsync((byPort, $"127.0.0.1:{service.Port}"), (bySocket, $"unix@{socket}"));
        var token = marketplace.Issuer.Token(("cnf", new JsonObject { ["x5t#S256"] = Jose.Base64Url.Encode(SHA256.HashData(own.RawData)) }));
        var seen = $":{Convert.ToBase64String(own.RawData)}:";

        foreach (var port in new[] { byPort, bySocket })
        {
            var url = $"https://localhost:{port}";
            Assert.Equal((200, null), await CallAsync(url, token, own));
            Assert.Equal((401, ReasonCode.TokenCertificate), await CallAsync(url, token, other));
            // It takes out what clients say, as it must.
            Assert.Equal((401, ReasonCode.TokenCertificate), await CallAsync(url, token, null, [seen]));
        }

        Assert.Equal((401, ReasonCode.TokenCertificate), await CallAsync(Direct(service), token, null, [seen], from: "127.0.0.2"));
        Assert.Equal((401, ReasonCode.TokenCertificate), await CallAsync(Direct(local), token, null, [seen]));
        Assert.Equal((401, ReasonCode.TokenCertificate), await CallAsync(Direct(trusting), token, null, [seen]));

        Assert.Equal((200, null), await CallAsync(Direct(service), token, null, [seen]));
        string[][] wrong = [[seen, seen], [$"{seen}, {seen}"], [seen[1..]], [seen[..^1]], ["::"], [":AAAA:"], [seen.Insert(9, "*")], [":" + new string('A', 20_000) + ":"]];
        foreach (var headers in wrong)
            Assert.Equal((headers[0], ReasonCode.TokenCertificate), (headers[0], (await CallAsync(Direct(service), token, null, headers)).Reason));

        static string Direct(ProtectedService service) => $"http://127.0.0.1:{service.Port}";
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.0.0/16", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("unix", true)]
    [InlineData("10.1.0.0/40", false)]
    [InlineData("proxy.bank.example", false)]
    [InlineData("", false)]
    public void A_proxy_is_an_address_a_network_or_the_Unix_socket(string proxy, bool isOne)
    {
        var options = new MarketplaceOptions();
        options.CertificateProxies.Add(proxy);
        Assert.Equal(!isOne, options.Problems().Any(problem => problem.Contains("CertificateProxies", StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        server.Dispose();
        own.Dispose();
        other.Dispose();
        TestFolder.Delete(folder);
    }

    private async Task<ChildProcess> HaproxyAsync(params (int Port, string Service)[] ways)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), server.ExportCertificatePem() + "\n" + server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(folder, "clients.pem"), own.ExportCertificatePem() + "\n" + other.ExportCertificatePem());
        var sections = ways.Select(way => $"""
            listen way{way.Port}
              bind 127.0.0.1:{way.Port} ssl crt {folder}/server.pem ca-file {folder}/clients.pem verify optional
              http-request del-header Client-Cert
              http-request set-header Client-Cert :%[ssl_c_der,base64]: if {"{ ssl_c_used }"}
              server service {way.Service}
            """);
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, "defaults\n  mode http\n  timeout connect 5s\n  timeout client 10s\n  timeout server 10s\n" + string.Join('\n', sections) + "\n");
        var haproxy = ChildProcess.Start("/usr/sbin/haproxy", ["-db", "-f", file]);
        await Eventually.HoldsAsync(async () => await AcceptsAsync(ways[^1].Port), TimeSpan.FromSeconds(10));
        return haproxy;
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<(int Status, string? Reason)> CallAsync(
        string url, string token, X509Certificate2? certificate, string[]? headers = null, string from = "127.0.0.1")
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => server.RawData.AsSpan().SequenceEqual(presented!.GetRawCertData());
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, url + Payments);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var header in headers ?? [])
            request.Headers.TryAddWithoutValidation("Client-Cert", header);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("Marketplace-Reason", out var reasons) ? reasons.Single() : null);
    }

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
