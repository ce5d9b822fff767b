using System.Net.Sockets;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>What a hostile or broken client sends costs little and takes nobody's turn.</summary>
public sealed class BadInputTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Thousands_of_slow_connections_cost_little_and_the_others_are_served()
    {
        const int count = 2000;
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var slow = new List<Socket>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port);
                // Every other one stops within its headers, the rest within its body.
                await socket.SendAsync(Encoding.ASCII.GetBytes(i % 2 == 0
                    ? "POST /oauth/token HTTP/1.1\r\nHost: x\r\nX: "
                    : "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\ngrant_type="));
                slow.Add(socket);
            }
            for (var i = 0; i < 20; i++)
            {
                var answer = await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials")).WaitAsync(Busy.Allow(TimeSpan.FromSeconds(5)));
                Assert.Equal(200, answer.Status);
            }
            var perConnection = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
            Assert.InRange(perConnection, long.MinValue, 32 * 1024);

            // RequestHeadersTimeout 10 s, and 240 bytes per second after 5 s: all are cut off by then.
            var closed = await Task.WhenAll(slow.Select(IsClosedAsync)).WaitAsync(Busy.Allow(TimeSpan.FromSeconds(60)));
            Assert.All(closed, Assert.True);
            Assert.Equal(200, (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"))).Status);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData("X: {40000}", 431)]
    [InlineData("{200 headers}", 431)]
    [InlineData("Authorization: Basic {30000}", 401)]
    [InlineData("Authorization: Basic eDp5\r\nAuthorization: Basic eDp5", 400)]
    [InlineData("DPoP: a\r\nDPoP: b", 400)]
    [InlineData("Content-Length: 99999999999999999999", 400)]
    [InlineData("Transfer-Encoding: x", 400)]
    public async Task Oversized_and_repeated_headers_have_their_answer_and_the_next_client_is_served(string header, int status)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        header = header.Replace("{40000}", new string('x', 40_000), StringComparison.Ordinal)
            .Replace("{30000}", new string('x', 30_000), StringComparison.Ordinal)
            .Replace("{200 headers}", string.Join("\r\n", Enumerable.Range(0, 200).Select(i => $"X{i}: y")), StringComparison.Ordinal);
        var body = $"grant_type=client_credentials&client_id={bank.App.ClientId}" + (header.Contains("Auth", StringComparison.Ordinal) ? "" : $"&client_secret={bank.App.Secret}");
        var length = header.StartsWith("Content-Length", StringComparison.Ordinal) || header.StartsWith("Transfer", StringComparison.Ordinal) ? "" : $"Content-Length: {body.Length}\r\n";
        var answer = await RawAsync(server, $"POST /oauth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n{length}{header}\r\n\r\n{body}");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"))).Status);
    }

    private static async Task<string> RawAsync(TokenServer server, string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var head = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var read = await stream.ReadAtLeastAsync(head, 12, throwOnEndOfStream: false, patience.Token);
        return Encoding.ASCII.GetString(head, 0, read);
    }

    private static async Task<bool> IsClosedAsync(Socket socket)
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // The answer that says why.
            }
            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
