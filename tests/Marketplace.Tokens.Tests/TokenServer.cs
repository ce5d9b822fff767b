using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tokens.Tests;

/// <summary>The token plane alone, on a real port, over a bank's database and clock.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    public const string Production = "urn:marketplace:payments:v1:production";

    private readonly WebApplication _app;

    private readonly TlsSetup? _tls;

    private TokenServer(WebApplication app, string address, string issuer, string? tlsUrl, TlsSetup? tls)
    {
        (_app, _tls) = (app, tls);
        TlsUrl = tlsUrl;
        Issuer = issuer;
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public string Issuer { get; }

    public HttpClient Http { get; }

    /// <summary>The port that asks for certificates, if there is one.</summary>
    public string? TlsUrl { get; }

    public HttpClient TlsClient(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        SslOptions =
        {
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == _tls!.Server.GetCertHashString(),
        },
    })
    { BaseAddress = new Uri(TlsUrl!) };

    public T Use<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="bank">Whose applications and grants.</param>
    /// <param name="connectionString">Another way to the same database; the bank's own without it.</param>
    /// <param name="ready">Whether to wait for the first load.</param>
    /// <param name="failureDelay">How long those who guess wait; not at all without it.</param>
    /// <param name="tls">Whether and how it asks for certificates.</param>
    /// <param name="issuer">That of another server, whose replica this one is.</param>
    /// <param name="path">The path of the issuer, below which it is reached.</param>
    public static async Task<TokenServer> StartAsync(Bank bank, string? connectionString = null, bool ready = true, string? issuer = null, TlsSetup? tls = null,
        TimeSpan failureDelay = default, string path = "")
    {
        var address = $"http://127.0.0.1:{LoopbackPort.Pick()}";
        issuer ??= address + path;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(KestrelSetup.LimitSlowClients);
        var port = LoopbackPort.Pick();
        var tlsUrl = tls is null ? null : $"https://127.0.0.1:{port}";
        builder.WebHost.UseUrls(tls is null ? address : $"{address};{tlsUrl}");
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.AskForCertificates(port, tls.Server));
        builder.Services.AddSingleton<TimeProvider>(bank.Clock);
        builder.Services.AddSingleton(bank.Use<MasterKey>());
        builder.Services.AddPlaneData(connectionString ?? bank.Database.ConnectionString);
        builder.AddTokenPlane(new TokenPlaneOptions
        {
            Issuer = issuer,
            MaxFailureDelay = failureDelay,
            MutualTls = tls is null ? null : new MutualTlsOptions { Url = tlsUrl!, Authorities = tls.Authorities, TrustedProxies = tls.Proxies },
        });
        var app = builder.Build();
        app.UsePathBase(path);
        app.UseRouting();
        app.MapTokenPlane();
        // As the portal does beside it.
        app.MapFallback("{**path}", context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        app.MapHealthChecks("/health/ready");
        await app.StartAsync();
        var server = new TokenServer(app, address, issuer, tlsUrl, tls);
        if (ready)
            await server.UntilAsync(async () => (await server.Http.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(20));
        return server;
    }

    /// <summary>Asks until it is so; a test that waits in vain fails with how long it waited.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Busy.Allow(patience))
                throw new TimeoutException($"It was not so within {patience}.");
            await Task.Delay(20);
        }
    }

    /// <summary>Until every change committed so far is in what the server issues from.</summary>
    public async Task SettleAsync(Bank bank)
    {
        var head = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        await UntilAsync(() => Task.FromResult(Use<Snapshot.CurrentSnapshot>().Value?.Revision >= head), TimeSpan.FromSeconds(5));
    }

    /// <summary>For payments v1 in production, as the bank's application.</summary>
    public Task<TokenAnswer> AskAsync(Bank bank, string? secret = null) =>
        PostAsync(bank.App.ClientId, secret ?? bank.App.Secret, ("grant_type", "client_credentials"), ("resource", Production));

    /// <summary>What its next token would say; the error where there is none.</summary>
    public async Task<string?> ScopeAsync(Bank bank)
    {
        var answer = await AskAsync(bank);
        return answer.Status == 200 ? answer.Claims.GetProperty("scope").GetString() : answer.Error;
    }

    /// <summary>Posts form parameters; a client id and secret go into the Authorization header.</summary>
    public Task<TokenAnswer> PostAsync(string? clientId, string? secret, params (string Name, string Value)[] form) =>
        SendAsync(new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))), clientId is null ? null : Basic(clientId, secret!));

    /// <summary>The same to another of our endpoints, or with headers.</summary>
    public Task<TokenAnswer> PostToAsync(
        string path, string? clientId, string? secret, (string Name, string Value)[] form, params (string Name, string Value)[] headers) =>
        SendAsync(
            new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))),
            clientId is null ? null : Basic(clientId, secret!), path, headers);

    public async Task<TokenAnswer> SendAsync(
        HttpContent body, string? authorization = null, string path = TokenPlane.TokenPath, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new TokenAnswer((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response.Headers);
    }

    public static string Basic(string clientId, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}"));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        // As a host does it: what is at work ends before what it works with.
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

internal sealed record TokenAnswer(int Status, JsonElement Body, HttpResponseHeaders Headers)
{
    public string? Error => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("error", out var error) ? error.GetString() : null;

    public string Token => Body.TryGetProperty("access_token", out var token) ? token.GetString()! : throw new InvalidOperationException(Body.ToString());

    public JsonElement Claims => Part(1);

    public JsonElement Header => Part(0);

    private JsonElement Part(int index) => Jose.Base64Url.TryDecode(Token.Split('.')[index], out var bytes)
        ? JsonDocument.Parse(bytes).RootElement
        : throw new InvalidOperationException(Token);
}
