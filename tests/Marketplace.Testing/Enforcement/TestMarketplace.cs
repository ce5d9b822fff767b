using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Marketplace.Contracts.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Testing.Enforcement;

/// <summary>A token and control plane on a real port whose every answer the test decides.</summary>
public sealed class TestMarketplace : IAsyncDisposable
{
    private readonly WebApplication app;
    private int keyRequests;
    private int snapshotRequests;
    private int deltasSent;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestMarketplace(WebApplication app, TestIssuer issuer)
    {
        (this.app, Issuer) = (app, issuer);
        Snapshot = EnforcementPolicy.Snapshot(issuer.Issuer, TimeProvider.System.GetUtcNow());
        SignedSnapshot = issuer.Sign(Snapshot);
        Tokens = request => Results.Json(new { access_token = issuer.Token(("aud", request.Resource)), token_type = "Bearer", expires_in = 300 });
    }

    public TestIssuer Issuer { get; }

    public string Url => Issuer.Issuer;

    /// <summary>Who registered, and who is told.</summary>
    public required TestInstances Instances { get; init; }

    public PolicySnapshot Snapshot { get; private set; }

    public string SignedSnapshot { get; private set; }

    /// <summary>While true, every answer is 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>While true, the key set is not served.</summary>
    public bool KeysAreDown { get; set; }

    /// <summary>What is sent for the new policy to who takes a delta and says from where; null for the whole.</summary>
    public byte[]? Delta { get; set; }

    public int DeltasSent => Volatile.Read(ref deltasSent);

    public Func<TokenAsk, IResult> Tokens { get; set; }

    public TimeSpan TokenDelay { get; set; }

    public ConcurrentQueue<TokenAsk> TokenRequests { get; } = new();

    public int KeyRequests => Volatile.Read(ref keyRequests);

    public int SnapshotRequests => Volatile.Read(ref snapshotRequests);

    public static async Task<TestMarketplace> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var host = builder.Build();
        TestMarketplace? marketplace = null;
        host.Use((context, next) => marketplace!.IsDown ? Answer(context, 503) : next(context));
        host.MapPost("/oauth/token", (Delegate)((HttpContext context) => marketplace!.TokenAsync(context)));
        host.MapGet("/.well-known/jwks.json", () => marketplace!.Jwks());
        host.MapGet("/control/v1/snapshots/{api}/{version}/{environment}", (HttpContext context) => marketplace!.SnapshotAsync(context));
        var instances = new TestInstances(host, () => marketplace!.Issuer);
        await host.StartAsync();
        return marketplace = new TestMarketplace(host, new TestIssuer($"http://127.0.0.1:{PortOf(host)}", TimeProvider.System)) { Instances = instances };
    }

    public static int PortOf(WebApplication app) => new Uri(
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>A new policy, signed now.</summary>
    public void Publish(PolicySnapshot snapshot) => Publish(snapshot, Issuer.Sign(snapshot));

    /// <summary>A new answer of the control plane, whatever it is worth; waiting pullers get it at once.</summary>
    public void Publish(PolicySnapshot snapshot, string signed)
    {
        (Snapshot, SignedSnapshot) = (snapshot, signed);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        IsDown = true;
        changed.TrySetResult();
        Instances.Stop();
        await app.DisposeAsync();
        Issuer.Dispose();
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var ask = new TokenAsk(form["resource"].ToString(), context.Request.Headers.Authorization.ToString(), form.ToDictionary(f => f.Key, f => f.Value.ToString()), context.Request.Headers["DPoP"]);
        TokenRequests.Enqueue(ask);
        if (TokenDelay > TimeSpan.Zero)
            await Task.Delay(TokenDelay);
        return Tokens(ask);
    }

    private IResult Jwks()
    {
        Interlocked.Increment(ref keyRequests);
        return KeysAreDown ? Results.StatusCode(503) : Results.Text(Issuer.Jwks(), "application/json");
    }

    private async Task SnapshotAsync(HttpContext context)
    {
        Interlocked.Increment(ref snapshotRequests);
        var next = Volatile.Read(ref changed).Task;
        if (!context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal))
        {
            await Answer(context, 401);
            return;
        }

        if (context.Request.Headers.IfNoneMatch == Tag && int.TryParse(context.Request.Query["wait"], out var seconds))
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(seconds), context.RequestAborted));
        if (IsDown)
        {
            await Answer(context, 503);
            return;
        }

        context.Response.Headers.ETag = Tag;
        if (context.Request.Headers.IfNoneMatch == Tag)
        {
            await Answer(context, 304);
            return;
        }

        if (Delta is { } delta && context.Request.Query.ContainsKey("after") && context.Request.Headers.Accept.ToString().Contains(SnapshotDelta.MediaType, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref deltasSent);
            context.Response.ContentType = SnapshotDelta.MediaType;
            await context.Response.BodyWriter.WriteAsync(delta);
            return;
        }

        context.Response.ContentType = "application/jwt";
        await context.Response.WriteAsync(SignedSnapshot, Encoding.ASCII);
    }

    private string Tag => $"\"{Snapshot.Revision}\"";

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

/// <summary>What a token request asked.</summary>
public sealed record TokenAsk(string Resource, string Authorization, IReadOnlyDictionary<string, string> Form, string? Proof = null);
