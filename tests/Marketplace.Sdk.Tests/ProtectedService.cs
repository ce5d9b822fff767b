using System.Net;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Sdk.Tests;

/// <summary>A service on real Kestrel, protected by the one line and by configuration alone.</summary>
public sealed class ProtectedService : IAsyncDisposable
{
    private readonly WebApplication app;

    private ProtectedService(WebApplication app) => this.app = app;

    public int Port => TestMarketplace.PortOf(app);

    public IServiceProvider Services => app.Services;

    public static async Task<ProtectedService> StartAsync(
        TestMarketplace marketplace, TimeProvider? time = null, Action<WebApplication>? map = null, Action<MarketplaceOptions>? configure = null,
        X509Certificate2? certificate = null, string? socket = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(https => (https.ServerCertificate, https.ClientCertificateMode, https.ClientCertificateValidation) = (certificate, ClientCertificateMode.AllowCertificate, (_, _, _) => true));
        }));
        if (socket is not null)
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        // Nothing that lies in the folder counts, such as a sample's settings.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplace:Url"] = marketplace.Url,
            ["Marketplace:Api"] = EnforcementPolicy.Api,
            ["Marketplace:Version"] = EnforcementPolicy.Version,
            ["Marketplace:Environment"] = EnforcementPolicy.Environment,
            ["Marketplace:ClientId"] = "app_payments",
            ["Marketplace:ClientSecret"] = "secret",
            ["Marketplace:StateFolder"] = "",
        });
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddControllers().AddApplicationPart(typeof(ProtectedService).Assembly);
        builder.AddMarketplaceProtection(configure);

        var host = builder.Build();
        (map ?? TestProvider.Map)(host);
        host.MapControllers();
        await host.StartAsync();
        return new ProtectedService(host);
    }

    /// <summary>Started, and its first policy is in force.</summary>
    public static async Task<ProtectedService> ReadyAsync(
        TestMarketplace marketplace, TimeProvider? time = null, Action<WebApplication>? map = null, Action<MarketplaceOptions>? configure = null,
        string? socket = null)
    {
        var service = await StartAsync(marketplace, time, map, configure, socket: socket);
        await Eventually.HoldsAsync(async () => (await service.SendAsync("GET", "/", [])).Status == 401, TimeSpan.FromSeconds(10));
        return service;
    }

    public Task<RawResponse> SendAsync(EnforcementCase row, TestIssuer issuer) => RawHttp.SendAsync(Port, row, issuer);

    public Task<RawResponse> SendAsync(string method, string target, IEnumerable<string> headers) =>
        RawHttp.SendAsync(Port, method, target, headers);

    public Task<RawResponse> GetAsync(string target, TestIssuer issuer, TokenKind kind = TokenKind.Granted) =>
        SendAsync("GET", target, issuer.AuthorizationLines(kind));

    /// <summary>Stopped first: what it writes to its disk is written.</summary>
    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(hurry.Token);
        await app.DisposeAsync();
    }
}

/// <summary>The system's clock, some time later, or set to another time; timers run as they do.</summary>
public sealed class MovedTime : TimeProvider
{
    /// <summary>Time that passed.</summary>
    public TimeSpan By { get; set; }

    /// <summary>By how much somebody set the clock ahead.</summary>
    public TimeSpan SetAhead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By + SetAhead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(By.TotalSeconds * TimestampFrequency);
}
