using System.Net;
using System.Net.Sockets;
using System.Text;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Fetching;

namespace Marketplace.Core.Tests.Catalog.Documents;

public sealed class DocumentFetcherTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("ff02::1")]
    public void Addresses_that_may_be_ours_are_not_public(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Others_are(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("file:///etc/passwd", "url_invalid")]
    [InlineData("ftp://host/x", "url_invalid")]
    [InlineData("gopher://host/x", "url_invalid")]
    [InlineData("https://user:secret@host/x", "url_invalid")]
    [InlineData("hello", "url_invalid")]
    [InlineData("http://127.0.0.1:1/", "url_forbidden")]
    [InlineData("http://localhost:1/", "url_forbidden")]
    [InlineData("http://[::1]:1/", "url_forbidden")]
    [InlineData("http://[::ffff:127.0.0.1]:1/", "url_forbidden")]
    [InlineData("http://2130706433:1/", "url_forbidden")]
    [InlineData("http://0x7f.1:1/", "url_forbidden")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "url_forbidden")]
    public async Task What_is_not_a_public_web_address_is_refused(string url, string code)
    {
        using var fetcher = new DocumentFetcher(new());
        Assert.Equal(code, Assert.Single((await fetcher.FetchAsync(url, default)).Problems).Code);
    }

    [Fact]
    public async Task A_document_is_fetched_also_through_redirects_to_allowed_hosts()
    {
        await using var server = new Server(
            path => path == "/spec" ? Ok("openapi: 3.1.0") : $"HTTP/1.1 302 Found\r\nLocation: /spec\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = server.Fetcher();

        var outcome = await fetcher.FetchAsync(server.Url + "/moved", default);

        Assert.Empty(outcome.Problems);
        Assert.Equal("openapi: 3.1.0", Encoding.UTF8.GetString(outcome.Value.Span));
    }

    [Fact]
    public async Task A_redirect_into_the_private_network_is_refused()
    {
        await using var server = new Server(_ => "HTTP/1.1 302 Found\r\nLocation: http://localhost:22/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = server.Fetcher();

        Assert.Equal("url_forbidden", Assert.Single((await fetcher.FetchAsync(server.Url, default)).Problems).Code);
    }

    [Fact]
    public async Task A_redirect_to_a_file_is_refused()
    {
        await using var server = new Server(_ => "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = server.Fetcher();

        Assert.Equal("url_invalid", Assert.Single((await fetcher.FetchAsync(server.Url, default)).Problems).Code);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        await using var server = new Server(_ => "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = server.Fetcher();

        Assert.Equal("url_redirects", Assert.Single((await fetcher.FetchAsync(server.Url, default)).Problems).Code);
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_off()
    {
        await using var server = new Server(_ => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('a', 300_000));
        using var fetcher = server.Fetcher(DocumentFetcher.Limits with { MaxBytes = 100_000 });

        Assert.Equal("document_too_large", Assert.Single((await fetcher.FetchAsync(server.Url, default)).Problems).Code);
    }

    [Fact]
    public async Task A_slow_server_and_an_error_are_told()
    {
        await using var slow = new Server(_ => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12", close: false);
        using var impatient = slow.Fetcher(DocumentFetcher.Limits with { Timeout = TimeSpan.FromMilliseconds(300) });
        await using var wrong = new Server(_ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = wrong.Fetcher();

        Assert.Equal("url_timeout", Assert.Single((await impatient.FetchAsync(slow.Url, default)).Problems).Code);
        Assert.Contains("404", Assert.Single((await fetcher.FetchAsync(wrong.Url, default)).Problems).Message, StringComparison.Ordinal);
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    /// <summary>Answers each connection with one raw response.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Server(Func<string, string> respond, bool close = true)
        {
            _listener.Start();
            _running = RunAsync(respond, close);
        }

        public int Requests { get; private set; }

        public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public DocumentFetcher Fetcher(FetchLimits? limits = null) => new(new() { AllowedInternalHosts = [new Uri(Url).Authority] }, limits);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync(Func<string, string> respond, bool close)
        {
            var open = new List<TcpClient>();
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    open.Add(client);
                    var buffer = new byte[4096];
                    var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
                    Requests++;
                    var path = Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1];
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(respond(path)), _stop.Token);
                    if (close)
                        client.Close();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException or IOException)
            {
                open.ForEach(c => c.Dispose());
            }
        }
    }
}
