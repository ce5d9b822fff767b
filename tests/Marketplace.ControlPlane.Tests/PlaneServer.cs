using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Jose;
using Marketplace.Sdk;
using Marketplace.Testing;
using Marketplace.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.Tests;

/// <summary>The token and control planes on a real port, over a bank's database and clock.</summary>
internal sealed class PlaneServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private PlaneServer(WebApplication app, string address, string issuer)
    {
        (this.app, Address, Issuer) = (app, address, issuer);
        http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public string Address { get; }

    public string Issuer { get; }

    /// <param name="bank">Whose applications and grants.</param>
    /// <param name="issuer">That of another server, whose replica this one is.</param>
    /// <param name="clock">Another than the bank's.</param>
    /// <param name="keys">When signing keys follow one another.</param>
    /// <param name="tls">The server's own certificate, where it asks clients for theirs on a port of its own.</param>
    public static async Task<PlaneServer> StartAsync(
        Bank bank, string? issuer = null, TimeProvider? clock = null, SigningKeyTimes? keys = null, X509Certificate2? tls = null)
    {
        var address = $"http://127.0.0.1:{LoopbackPort.Pick()}";
        issuer ??= address;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = LoopbackPort.Pick();
        builder.WebHost.UseUrls(tls is null ? address : $"{address};https://127.0.0.1:{port}");
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.AskForCertificates(port, tls));
        builder.Services.AddSingleton(clock ?? bank.Clock);
        builder.Services.AddSingleton(bank.Use<MasterKey>());
        builder.Services.AddPlaneData(bank.Database.ConnectionString);
        builder.AddTokenPlane(new TokenPlaneOptions
        {
            Issuer = issuer, Keys = keys ?? new(), MutualTls = tls is null ? null : new MutualTlsOptions { Url = $"https://127.0.0.1:{port}" },
        });
        builder.AddControlPlane(new ControlPlaneOptions { Issuer = issuer });
        var host = builder.Build();
        host.MapTokenPlane();
        host.MapControlPlane();
        host.MapHealthChecks("/health/ready");
        await host.StartAsync();
        var server = new PlaneServer(host, address, issuer);
        await Eventually.HoldsAsync(async () => await server.HealthAsync() == "Healthy", TimeSpan.FromSeconds(20));
        return server;
    }

    public static async Task<RegisteredApplication> RegisterAsync(Bank bank, Actor actor, string team, string name) =>
        (await bank.Use<RegisterApplication>().ExecuteAsync(actor, new(team, name, ""), default)).Value!;

    public async Task<string> HealthAsync() => await http.GetStringAsync("/health/ready");

    public async Task<string?> HealthReasonAsync() =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[ControlPlaneSetup.HealthCheck].Description;

    /// <summary>Until every change committed so far is in what is served.</summary>
    public async Task SettleAsync(Bank bank)
    {
        var head = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        await Eventually.HoldsAsync(() => app.Services.GetRequiredService<ControlState>().Revision >= head, TimeSpan.FromSeconds(10));
    }

    public MarketplaceTokenSource TokensOf(RegisteredApplication application, TimeProvider clock) =>
        new(new MarketplaceClientOptions { Url = new Uri(Issuer), ClientId = application.ClientId, ClientSecret = application.Secret }, clock);

    public async Task<PullAnswer> PullAsync(string? token, string path = "payments/v1/production", string? etag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/control/v1/snapshots/" + path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new PullAnswer((int)response.StatusCode, response.Headers.ETag?.ToString(), response.Content.Headers.ContentType?.MediaType, body,
            response.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Verifies the answer as a data plane would, with the published keys.</summary>
    public async Task<PolicySnapshot> ReadAsync(PullAnswer answer)
    {
        Assert.Equal((200, "application/jwt"), (answer.Status, answer.MediaType));
        Assert.True(JwkSet.TryParse(await http.GetByteArrayAsync("/.well-known/jwks.json"), out var keys));
        var verification = new JwsVerifier(VerificationKey.FromSet(keys, JwsAlgorithm.ES256)).Verify(
            answer.Body, JwsExpectation.OfType(PolicySnapshot.MediaType) with { MaxLength = 10_000_000 });
        Assert.True(verification.IsValid, verification.Failure.ToString());
        return JsonSerializer.Deserialize(verification.Jws!.Payload.Span, PolicyJson.Default.PolicySnapshot)!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}

internal sealed record PullAnswer(int Status, string? ETag, string? MediaType, string Body, string Challenge)
{
    public string? Code => JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString();
}
