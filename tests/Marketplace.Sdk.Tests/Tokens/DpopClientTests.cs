using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Jose;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Sdk.Tests.Tokens;

/// <summary>RFC 9449 from the client's side, against a resource server that wants a nonce of its own.</summary>
public sealed class DpopClientTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> faults = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private TestMarketplace marketplace = null!;
    private WebApplication service = null!;
    private MarketplaceTokenSource tokens = null!;
    private string nonce = "n1";
    private int calls;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        marketplace.Tokens = _ => Results.Json(new { access_token = "t" + marketplace.TokenRequests.Count, token_type = "DPoP", expires_in = 300 });
        tokens = new MarketplaceTokenSource(new MarketplaceClientOptions { Url = new Uri(marketplace.Url), ClientId = "app", ClientSecret = "secret", Dpop = true });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        service = builder.Build();
        service.Run(ServeAsync);
        await service.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        tokens.Dispose();
        await service.DisposeAsync();
        await marketplace.DisposeAsync();
    }

    [Fact]
    [Standard("RFC 9449 §4.2")]
    [Standard("RFC 9449 §9")]
    public async Task Section_9_the_nonce_that_a_service_asks_for_goes_into_each_proof_until_it_gives_another()
    {
        using var http = Client();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("payments?page=2#top", UriKind.Relative))).StatusCode);
        Assert.Equal(2, calls);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsJsonAsync("payments/%70art", new { amount = 1 })).StatusCode);
        Assert.Equal(3, calls);
        nonce = "n2";
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("payments", UriKind.Relative))).StatusCode);
        Assert.Equal(5, calls);
        Assert.Empty(faults);
        Assert.Single(marketplace.TokenRequests);
    }

    [Fact]
    public async Task A_service_that_is_never_content_is_asked_once_more_and_no_longer()
    {
        using var http = Client();
        nonce = "";

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("payments", UriKind.Relative))).StatusCode);

        Assert.Equal(2, calls);
        Assert.Single(marketplace.TokenRequests);
    }

    [Fact]
    [Standard("RFC 9449 §5")]
    public async Task Section_5_a_token_that_was_not_bound_is_not_used()
    {
        marketplace.Tokens = _ => Results.Json(new { access_token = "t", token_type = "Bearer", expires_in = 300 });
        using var http = Client();

        var failure = await Assert.ThrowsAsync<MarketplaceTokenException>(() => http.GetAsync(new Uri("payments", UriKind.Relative)));

        Assert.Equal("invalid_dpop_proof", failure.Error);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task A_protected_service_of_the_same_options_pulls_its_policy_with_a_bearer_token()
    {
        marketplace.Tokens = ask => Results.Json(new { access_token = marketplace.Issuer.Token(("aud", ask.Resource)), token_type = "Bearer", expires_in = 300 });
        await using var protectedService = await ProtectedService.ReadyAsync(marketplace, configure: options => options.Dpop = true);
        Assert.All(marketplace.TokenRequests, ask => Assert.Equal("", ask.Proof ?? ""));
    }

    [Fact]
    public void Two_ways_to_bind_are_one_too_many_and_a_certificate_must_be_there()
    {
        var options = new MarketplaceClientOptions { Url = new Uri("https://marketplace.example"), ClientId = "app", Dpop = true, ClientCertificateFile = "/nowhere.pem" };
        Assert.Equal(2, options.Problems().Count());
        Assert.Contains(new MarketplaceOptions { ClientCertificateFile = "/nowhere.pem" }.Problems(), problem => problem.Contains("is for clients", StringComparison.Ordinal));
    }

    private HttpClient Client() => new(new MarketplaceTokenHandler(tokens, "urn:a") { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = new Uri(service.Urls.First()) };

    // What RFC 9449 §4.3 has a server check, and its §8 and §9 of a nonce.
    private Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref calls);
        var token = context.Request.Headers.Authorization.ToString()["DPoP ".Length..];
        if (context.Request.Headers[DpopProof.Header] is not [{ } text] || !DpopProof.TryRead(text, out var proof))
            faults.Enqueue("no proof");
        else if (proof.FaultFor(context.Request.Method, [DpopProof.Normal(service.Urls.First() + context.Request.Path)!], TimeProvider.System.GetUtcNow()) is { } fault)
            faults.Enqueue(fault);
        else if (proof.AccessTokenHash != Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))))
            faults.Enqueue("ath");
        else if (!seen.Add(proof.Id))
            faults.Enqueue("jti");
        else if (!DpopProof.TryRead(marketplace.TokenRequests.First().Proof, out var first) || first.KeyThumbprint != proof.KeyThumbprint)
            faults.Enqueue("key");
        else if (proof.Nonce == nonce)
            return Task.CompletedTask;
        context.Response.StatusCode = 401;
        context.Response.Headers[DpopProof.NonceHeader] = nonce.Length == 0 ? Guid.NewGuid().ToString("N") : nonce;
        context.Response.Headers.WWWAuthenticate = "DPoP error=\"use_dpop_nonce\", error_description=\"Send the nonce.\"";
        return Task.CompletedTask;
    }
}
