using System.Collections.Concurrent;
using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Gateways.Tests.Agent;

/// <summary>
/// The three addresses of the marketplace that an agent asks, over real HTTP and with really signed snapshots, so that
/// a test can publish, stop, and start again on the same port, which stays its issuer.
/// </summary>
public sealed class TestMarketplace : IAsyncDisposable
{
    public const string Secret = "s3cret+/ü";
    private readonly int port;
    private WebApplication? web;
    private string snapshot = "";
    private long revision;
    private (string Snapshot, long Revision)? before;
    private TaskCompletionSource news = new();

    public TestMarketplace(int port)
    {
        this.port = port;
        Issuer = new TestIssuer(Url, TimeProvider.System);
        Policy = EnforcementPolicy.Snapshot(Url, TimeProvider.System.GetUtcNow());
        Publish(Policy);
    }

    public string Url => $"http://127.0.0.1:{port}";

    public TestIssuer Issuer { get; }

    public PolicySnapshot Policy { get; private set; }

    /// <summary>Tags that agents held when they asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>How often what is new was sent instead of the whole: to whoever takes it and holds what was published before.</summary>
    public int DeltasSent { get; private set; }

    /// <summary>Sent in its place.</summary>
    public string? WrongDelta { get; set; }

    public void Publish(PolicySnapshot policy) => Publish(policy, Issuer.Sign(policy));

    public void Publish(PolicySnapshot policy, string signed)
    {
        Policy = policy;
        before = snapshot.Length > 0 ? (snapshot, revision) : null;
        (snapshot, revision) = (signed, policy.Revision);
        var told = news;
        news = new TaskCompletionSource();
        told.TrySetResult();
    }

    /// <summary>The next revision, with these operations granted to the client of the table.</summary>
    public PolicySnapshot Next(params IEnumerable<string> granted) => Policy with
    {
        Revision = Policy.Revision + 1,
        Grants = [Policy.Grants[0] with { Operations = EnforcementPolicy.Bitmap(granted).ToString() }],
    };

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url).UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        web = builder.Build();
        web.MapPost("/oauth/token", TokenAsync);
        web.MapGet("/.well-known/jwks.json", () => Results.Text(Issuer.Jwks(), "application/jwk-set+json"));
        web.MapGet("/control/v1/snapshots/payments/v1/production", SnapshotAsync);
        await web.StartAsync();
    }

    public async Task StopAsync()
    {
        if (web is not null)
            await web.DisposeAsync();
        web = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Issuer.Dispose();
    }

    private static async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"app_gateway:{System.Net.WebUtility.UrlEncode(Secret)}"));
        return request.Headers.Authorization == expected && form["grant_type"] == "client_credentials" && form["resource"] == "urn:marketplace:control"
            ? Results.Json(new { access_token = "control", token_type = "Bearer", expires_in = 300 })
            : Results.Json(new { error = "invalid_client" }, statusCode: 401);
    }

    private async Task SnapshotAsync(HttpContext context, int? wait)
    {
        if (context.Request.Headers.Authorization != "Bearer control")
        {
            context.Response.StatusCode = 401;
            return;
        }

        var held = context.Request.Headers.IfNoneMatch.ToString();
        Asked.Enqueue(held);
        if (held == $"\"{revision}\"")
            await Task.WhenAny(news.Task, Task.Delay(TimeSpan.FromSeconds(wait ?? 0), context.RequestAborted));
        context.Response.Headers.ETag = $"\"{revision}\"";
        if (held == $"\"{revision}\"")
            context.Response.StatusCode = 304;
        else if (before is { } old && context.Request.Query["after"] == $"{old.Revision}" && context.Request.Headers.Accept == ControlAddress.DeltaOrWhole)
        {
            DeltasSent++;
            context.Response.ContentType = SnapshotDelta.MediaType;
            await context.Response.WriteAsync(WrongDelta ?? Encoding.UTF8.GetString(SnapshotDelta.Between(Encoding.ASCII.GetBytes(old.Snapshot), Encoding.ASCII.GetBytes(snapshot)).ToJson()));
        }
        else
            await context.Response.WriteAsync(snapshot);
    }
}
