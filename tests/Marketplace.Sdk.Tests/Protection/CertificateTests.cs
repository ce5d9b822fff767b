using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;

namespace Marketplace.Sdk.Tests.Protection;

/// <summary>RFC 8705 §3 at a protected service, over TLS with client certificates.</summary>
public sealed class CertificateTests
{
    [Fact]
    public async Task A_token_bound_to_a_certificate_is_served_over_its_connection_alone()
    {
        using var server = Certificate("localhost");
        using var own = Certificate("shop");
        using var stolen = Certificate("shop");
        await using var marketplace = await TestMarketplace.StartAsync();
        await using var service = await ProtectedService.StartAsync(marketplace, certificate: server);
        var bound = marketplace.Issuer.Token(("cnf", new JsonObject { ["x5t#S256"] = Jose.Base64Url.Encode(SHA256.HashData(own.RawData)) }));
        await Testing.Eventually.HoldsAsync(async () => (await CallAsync("Bearer", bound, own)).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(10));

        Assert.Equal((HttpStatusCode.Unauthorized, ReasonCode.TokenCertificate, "Bearer"), await CallAsync("Bearer", bound, stolen));
        Assert.Equal((HttpStatusCode.Unauthorized, ReasonCode.TokenCertificate, "Bearer"), await CallAsync("Bearer", bound, null));
        Assert.Equal((HttpStatusCode.Unauthorized, ReasonCode.TokenCertificate, "Bearer"), await CallAsync("DPoP", bound, own));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("Bearer", marketplace.Issuer.Token(), null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("Bearer", bound, own)).Status);

        async Task<(HttpStatusCode Status, string? Reason, string? Challenge)> CallAsync(string scheme, string token, X509Certificate2? certificate)
        {
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => server.RawData.AsSpan().SequenceEqual(presented!.GetRawCertData());
            if (certificate is not null)
                handler.SslOptions.ClientCertificates = [certificate];
            using var http = new HttpClient(handler);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, token);
            using var answer = await http.GetAsync(new Uri($"https://localhost:{service.Port}/bank/v1/payments"));
            return (answer.StatusCode, answer.Headers.TryGetValues("Marketplace-Reason", out var reasons) ? reasons.Single() : null,
                answer.Headers.WwwAuthenticate.SingleOrDefault()?.Scheme);
        }
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
