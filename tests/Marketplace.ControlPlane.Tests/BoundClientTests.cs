using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Bound tokens the whole way: the real token plane, a protected service, and a client of one option each.</summary>
public sealed class BoundClientTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Audience = "urn:marketplace:payments:v1:production";

    [Fact]
    [Standard("RFC 9449 §7.1")]
    [Standard("RFC 8705 §3")]
    public async Task A_client_of_one_option_calls_with_tokens_that_are_worth_nothing_to_a_thief()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        // TLS goes by the real clock; this one stands still, and proofs may be a minute old but hardly ahead.
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow() + TimeSpan.FromSeconds(5));
        using var server = Certificate("127.0.0.1");
        using var own = Certificate("shop");
        using var thiefs = Certificate("thief");
        var file = Path.Combine(TestFolder.Create("bound"), "client.pem");
        await File.WriteAllTextAsync(file, own.ExportCertificatePem() + "\n" + own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.True((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "certificate", own.ExportCertificatePem()), default)).Succeeded);
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await bank.GrantAsync("getPayment");
        await using var planes = await PlaneServer.StartAsync(bank, tls: server);
        await using var service = await ServiceAsync(bank, planes, registered, server);
        var payment = new Uri(service.Urls.First() + "/payments/42");
        await using var consumer = Consumer(bank, planes, server, file);
        var clients = consumer.GetRequiredService<IHttpClientFactory>();
        using (var plain = clients.CreateClient("plain"))
            await Eventually.HoldsAsync(async () => (await plain.GetAsync(payment)).IsSuccessStatusCode, TimeSpan.FromSeconds(10));

        // RFC 9449: twice, since each call needs a proof of its own.
        var seen = consumer.GetRequiredService<LastToken>();
        using var dpop = clients.CreateClient("dpop");
        Assert.Equal($"42 for {bank.App.ClientId}", await dpop.GetStringAsync(payment));
        Assert.Equal(HttpStatusCode.OK, (await dpop.GetAsync(payment)).StatusCode);
        Assert.Equal("DPoP", seen.Value!.Scheme);
        var stolen = seen.Value.Parameter!;
        Assert.Equal(ReasonCode.TokenProofMissing, await StealAsync("Bearer", stolen));
        Assert.Equal(ReasonCode.TokenProofMissing, await StealAsync("DPoP", stolen));
        Assert.Equal(ReasonCode.TokenProofInvalid, await StealAsync("DPoP", stolen, proof: Proof(stolen)));

        // RFC 8705.
        using var mtls = clients.CreateClient("mtls");
        Assert.Equal($"42 for {bank.App.ClientId}", await mtls.GetStringAsync(payment));
        Assert.Equal("Bearer", seen.Value.Scheme);
        stolen = seen.Value.Parameter!;
        Assert.Equal(ReasonCode.TokenCertificate, await StealAsync("Bearer", stolen));
        Assert.Equal(ReasonCode.TokenCertificate, await StealAsync("Bearer", stolen, thiefs));
        Assert.Null(await StealAsync("Bearer", stolen, own));
        TestFolder.Delete(Path.GetDirectoryName(file)!);

        async Task<string?> StealAsync(string scheme, string token, X509Certificate2? certificate = null, string? proof = null)
        {
            using var handler = Trusting(server);
            if (certificate is not null)
                handler.SslOptions.ClientCertificates = [certificate];
            using var http = new HttpClient(handler);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, token);
            if (proof is not null)
                http.DefaultRequestHeaders.Add("DPoP", proof);
            using var answer = await http.GetAsync(payment);
            return answer.Headers.TryGetValues("Marketplace-Reason", out var reasons) ? reasons.Single() : null;
        }

        string Proof(string token) => JwsSigner.OfProofs(Jwk.Generate(JwsAlgorithm.ES256), JwsAlgorithm.ES256).Sign(
            $$"""{"htm":"GET","htu":"{{payment}}","iat":{{bank.Clock.GetUtcNow().ToUnixTimeSeconds()}},"jti":"1","ath":"{{Base64Url.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)))}}"}""");
    }

    private static ServiceProvider Consumer(Bank bank, PlaneServer planes, X509Certificate2 server, string certificateFile)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.AddSingleton<TimeProvider>(bank.Clock);
        services.AddSingleton<LastToken>();
        Add("plain", options => options.ClientSecret = bank.App.Secret);
        Add("dpop", options => (options.ClientSecret, options.Dpop) = (bank.App.Secret, true));
        Add("mtls", options => options.ClientCertificateFile = certificateFile);
        return services.BuildServiceProvider();

        void Add(string name, Action<MarketplaceClientOptions> prove) => services.AddHttpClient(name)
            .ConfigurePrimaryHttpMessageHandler(() => Trusting(server))
            .AddMarketplaceToken(Audience, options =>
            {
                (options.Url, options.ClientId, options.Backchannel) = (new Uri(planes.Issuer), bank.App.ClientId, Trusting(server));
                prove(options);
            })
            .AddHttpMessageHandler(provider => new Watch(provider.GetRequiredService<LastToken>()));
    }

    private static async Task<WebApplication> ServiceAsync(Bank bank, PlaneServer planes, RegisteredApplication registered, X509Certificate2 server)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
            (https.ServerCertificate, https.ClientCertificateMode, https.ClientCertificateValidation) = (server, ClientCertificateMode.AllowCertificate, (_, _, _) => true))));
        builder.Services.AddSingleton<TimeProvider>(bank.Clock);
        builder.AddMarketplaceProtection(options =>
        {
            (options.Url, options.StateFolder) = (new Uri(planes.Issuer), "");
            (options.Api, options.Version, options.Environment) = ("payments", "v1", "production");
            (options.ClientId, options.ClientSecret) = (registered.ClientId, registered.Secret);
        });
        var service = builder.Build();
        service.MapGet("/payments/{id}", (string id, Microsoft.AspNetCore.Http.HttpContext context) => $"{id} for {context.GetMarketplaceCaller()?.ClientId}");
        await service.StartAsync();
        return service;
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 server)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => server.RawData.AsSpan().SequenceEqual(shown!.GetRawCertData());
        return handler;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>What a thief on the way would see.</summary>
    private sealed class LastToken
    {
        public AuthenticationHeaderValue? Value { get; set; }
    }

    private sealed class Watch(LastToken last) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            last.Value = request.Headers.Authorization;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
