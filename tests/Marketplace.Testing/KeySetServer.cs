using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Core.Fetching;
using Marketplace.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Testing;

/// <summary>A team's own HTTPS server, which publishes its keys at <see cref="Url"/>, or whatever a test makes of it.</summary>
public sealed class KeySetServer : IAsyncDisposable
{
    private readonly int _port = LoopbackPort.Pick();
    private readonly X509Certificate2 _certificate;
    private WebApplication? _app;
    private int _requests;

    private KeySetServer(X509Certificate2? certificate) => _certificate = certificate ?? Certificate();

    public string Url => $"https://127.0.0.1:{_port}/jwks.json";

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>An operator's leave to fetch from here.</summary>
    public FetchOptions Allowed => new() { AllowedInternalHosts = [$"127.0.0.1:{_port}"], Authorities = [_certificate] };

    /// <summary>The address is not allowed, the certificate is believed.</summary>
    public FetchOptions Refused => Allowed with { AllowedInternalHosts = [] };

    public static Task<KeySetServer> StartAsync(params IEnumerable<Jwk> keys) => StartAsync(certificate: null, keys);

    public static async Task<KeySetServer> StartAsync(X509Certificate2? certificate, params IEnumerable<Jwk> keys)
    {
        var server = new KeySetServer(certificate);
        server.Publish(keys);
        await server.ComeBackAsync();
        return server;
    }

    public void Publish(params IEnumerable<Jwk> keys) => Say(new JwkSet(keys).ToJson());

    public void Say(string body, string? cacheControl = null) => Answer = context =>
    {
        context.Response.Headers.CacheControl = cacheControl;
        return context.Response.WriteAsync(body);
    };

    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return Answer(context);
        });
        await _app.StartAsync();
    }

    public async Task GoAwayAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest($"CN=keys {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
