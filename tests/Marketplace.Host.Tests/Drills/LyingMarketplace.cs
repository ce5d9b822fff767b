using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Host.Tests.Drills;

/// <summary>Somebody in the way: gives the true tokens and keys, and for a policy whatever it likes.</summary>
internal sealed class LyingMarketplace : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LyingMarketplace(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<LyingMarketplace> StartAsync(Uri truth, string policy)
    {
        var port = LoopbackPort.Pick();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://localhost:{port}");
        var app = builder.Build();
        var asked = 0;
        app.MapGet("/control/v1/snapshots/{**line}", (HttpContext context) =>
        {
            context.Response.Headers.ETag = $"\"{int.MaxValue - Interlocked.Increment(ref asked)}.12345678\"";
            return Results.Text(policy, "application/jwt", Encoding.ASCII);
        });
        app.MapFallback(async (HttpContext context) =>
        {
            using var http = new HttpClient { BaseAddress = truth };
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
            if (context.Request.ContentLength > 0)
            {
                request.Content = new StreamContent(context.Request.Body);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
            }
            if (context.Request.Headers.Authorization is [{ } credential]) request.Headers.TryAddWithoutValidation("Authorization", credential);
            using var answer = await http.SendAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
        });
        await app.StartAsync();
        return new(app, port);
    }

    /// <summary>What the marketplace really signed for a line.</summary>
    public static async Task<string> SignedAsync(Uri truth, string line, string clientId, string secret)
    {
        using var http = new HttpClient { BaseAddress = truth };
        using var ask = new HttpRequestMessage(HttpMethod.Post, "oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", "urn:marketplace:control")]),
        };
        ask.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        using var issued = (await http.SendAsync(ask)).EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await issued.Content.ReadAsStringAsync());
        http.DefaultRequestHeaders.Authorization = new("Bearer", json.RootElement.GetProperty("access_token").GetString());
        return await http.GetStringAsync(new Uri($"control/v1/snapshots/{line}", UriKind.Relative));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
