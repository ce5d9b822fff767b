using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>A client that uses one connection as long as the server keeps it.</summary>
public sealed class KeptAlive : IDisposable
{
    private readonly HttpClient http;

    public KeptAlive(int port)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancel) =>
            {
                Connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        http = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public int Connections { get; private set; }

    public async Task<(int Status, string? Reason)> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, response.Headers.TryGetValues("Marketplace-Reason", out var reason) ? reason.Single() : null);
    }

    public void Dispose() => http.Dispose();
}
