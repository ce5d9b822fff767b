using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Jose;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Core.Tests.Applications.KeySets;

/// <summary>A key set is fetched when it is registered, from a real HTTPS server, and what is wrong with it is told beside the field.</summary>
public sealed class RegisterKeySetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Jwk Key = Jwk.Generate(JwsAlgorithm.ES256);

    private KeySetServer _server = null!;
    private Bank _bank = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await KeySetServer.StartAsync(Key);
        _bank = await Bank.OpenAsync(postgres, _server.Allowed);
    }

    public async ValueTask DisposeAsync()
    {
        await _bank.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_is_stored_by_value_with_the_keys_that_can_be_used()
    {
        var rsa = Jwk.Generate(JwsAlgorithm.RS256);
        _server.Say(
            $$"""{"keys":[{{Key.ToJson()}},{{rsa.ToJson().Replace("\"PS256\"", "\"RS256\"")}},{"kty":"OKP","crv":"Ed25519","x":"AA"},{{Jwk.Generate(JwsAlgorithm.ES256).ToJson().Replace("\"sig\"", "\"enc\"")}}]}""");
        var end = _bank.Clock.GetUtcNow().AddDays(90);

        var added = await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "keys", null, end, _server.Url), default);

        Assert.True(added.Succeeded);
        Assert.Null(added.Value.Secret);
        var row = (await _bank.Use<ApplicationReader>().FindAsync(_bank.Dirk, _bank.App.ClientId, default))!.Credentials.Single(c => c.Label == "keys");
        Assert.Equal((CredentialKind.JwksUri, end), (row.Kind, row.ExpiresAt));
        Assert.Equal([Key.KeyId!, rsa.KeyId!], row.KeySet!.KeyIds);
        Assert.Equal((_server.Url, null), (row.KeySet.Url, row.KeySet.FailingSince));
    }

    [Fact]
    public async Task An_application_may_begin_with_one()
    {
        var made = await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Dirk, new("channels", "Web app", "", JwksUri: _server.Url), default);
        Assert.True(made.Succeeded);
        Assert.Null(made.Value.Secret);
    }

    [Fact]
    public async Task Only_https_and_only_what_is_public_or_allowed()
    {
        foreach (var (url, code) in new[]
        {
            ("http://127.0.0.1/jwks.json", "url_invalid"),
            ("https://user:secret@127.0.0.1/jwks.json", "url_invalid"),
            ("https://127.0.0.1/jwks.json#keys", "url_invalid"),
            ("jwks.json", "url_invalid"),
            ("https://10.1.2.3/jwks.json", "url_forbidden"),
            ("https://169.254.169.254/latest/meta-data", "url_forbidden"),
            ("https://localhost/jwks.json", "url_forbidden"),
        })
            Assert.Equal((code, "jwksUri"), await RefusedAsync(url));
    }

    [Fact]
    public async Task A_private_address_is_refused_before_anything_is_sent_to_it()
    {
        await using var bank = await Bank.OpenAsync(postgres, _server.Refused);
        var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "keys", JwksUri: _server.Url), default);
        Assert.Equal(("url_forbidden", "jwksUri"), (outcome.Problems.Single().Code, outcome.Problems.Single().Field));
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_is_refused()
    {
        await using var bank = await Bank.OpenAsync(postgres, _server.Allowed with { Authorities = [] });
        var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "keys", JwksUri: _server.Url), default);
        Assert.Equal("url_unreachable", outcome.Problems.Single().Code);
        Assert.Equal(0, _server.Requests);
    }

    /// <summary>RFC 5280 §4.2.2.1: a certificate may say where its issuer's is. Whoever runs the server would choose where we call.</summary>
    [Fact]
    public async Task What_a_certificate_says_about_its_issuer_makes_us_call_nobody()
    {
        var called = 0;
        await using var inside = await StartAsync(() => Interlocked.Increment(ref called));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var authority = Authority("CN=root", authorityKey).CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        using var unsent = Authority("CN=between", issuerKey).Create(authority, now.AddDays(-1), now.AddDays(1), [1]);
        using var issuer = unsent.CopyWithPrivateKey(issuerKey);
        var leaf = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [inside.Urls.First() + "/between.cer"]));
        using var bare = leaf.Create(issuer, now.AddDays(-1), now.AddDays(1), [2]);
        await using var server = await KeySetServer.StartAsync(bare.CopyWithPrivateKey(key), Key);
        // The server under its own certificate looks for the issuer, too, when it starts.
        Interlocked.Exchange(ref called, 0);

        await using var bank = await Bank.OpenAsync(postgres, server.Allowed with { Authorities = [authority] });
        var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "keys", JwksUri: server.Url), default);
        Assert.Equal("url_unreachable", outcome.Problems.Single().Code);
        Assert.Equal(0, called);
    }

    [Fact]
    public async Task A_redirect_is_refused_also_to_the_same_host()
    {
        _server.Answer = context =>
        {
            context.Response.Redirect("/elsewhere.json");
            return Task.CompletedTask;
        };
        Assert.Equal(("url_redirects", "jwksUri"), await RefusedAsync());
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task A_body_that_does_not_end_is_cut_off()
    {
        var port = LoopbackPort.Pick();
        var sending = SendWithoutEndAsync(port, _server.Allowed.Authorities[0]);
        await using var bank = await Bank.OpenAsync(postgres, _server.Allowed with { AllowedInternalHosts = [$"127.0.0.1:{port}"] });
        var outcome = await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "keys", JwksUri: $"https://127.0.0.1:{port}/"), default);
        Assert.Equal("key_set_too_large", outcome.Problems.Single().Code);
        // What the sockets' buffers hold is counted as well.
        Assert.InRange(await sending, 256 * 1024, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task An_error_and_a_server_that_is_not_there_are_told()
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        Assert.Equal(("url_status", "jwksUri"), await RefusedAsync());
        await _server.GoAwayAsync();
        Assert.Equal(("url_unreachable", "jwksUri"), await RefusedAsync());
    }

    [Fact]
    public async Task What_is_no_set_of_usable_public_keys_is_refused()
    {
        foreach (var (body, code) in new[]
        {
            ("<html></html>", "key_set_invalid"),
            ("[]", "key_set_invalid"),
            ("{\"keys\":{}}", "key_set_invalid"),
            ("{\"keys\":[],\"keys\":[]}", "key_set_invalid"),
            ($"{{\"keys\":[{string.Join(',', Enumerable.Repeat("{}", 101))}]}}", "key_set_invalid"),
            (new JwkSet(Enumerable.Range(0, 21).Select(_ => Jwk.Generate(JwsAlgorithm.ES256))).ToJson(), "key_set_too_many"),
            ("{\"keys\":[]}", "key_set_empty"),
            ("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", "key_set_empty"),
            ($"{{\"keys\":[{Key.ToJson().Replace("ES256", "ES384", StringComparison.Ordinal)}]}}", "key_set_empty"),
            ($"{{\"keys\":[{Key.ToJson()},{Jwk.Generate(JwsAlgorithm.ES256).ToPrivateJson()}]}}", "key_set_private"),
        })
        {
            _server.Say(body);
            Assert.Equal((code, "jwksUri"), await RefusedAsync());
        }
    }

    [Fact]
    public async Task Nothing_is_fetched_for_who_may_not_register_it()
    {
        Assert.Equal(
            Problem.NotFound,
            (await _bank.Use<AddCredential>().ExecuteAsync(_bank.Olivia, new(_bank.App.ClientId, "keys", JwksUri: _server.Url), default)).Problems.Single().Code);
        Assert.Equal(
            "team_unknown",
            (await _bank.Use<RegisterApplication>().ExecuteAsync(_bank.Olivia, new("channels", "Web app", "", JwksUri: _server.Url), default)).Problems.Single().Code);
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task A_key_and_a_url_at_once_are_refused() => Assert.Equal(("credential_twice", "jwksUri"), await RefusedAsync(publicKey: Key.ToJson()));

    /// <summary>How many bytes a server got rid of before it was hung up on. Kestrel would not say: it swallows what nobody takes any more.</summary>
    private static async Task<long> SendWithoutEndAsync(int port, X509Certificate2 certificate)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(certificate);
        await tls.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
        var part = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        for (var sent = 0L; ; sent += part.Length)
        {
            try
            {
                await tls.WriteAsync(part);
            }
            catch (IOException)
            {
                return sent;
            }
        }
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    private static async Task<WebApplication> StartAsync(Action called)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{LoopbackPort.Pick()}");
        var app = builder.Build();
        app.Run(_ =>
        {
            called();
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }

    private async Task<(string Code, string? Field)> RefusedAsync(string? url = null, string? publicKey = null)
    {
        var outcome = await _bank.Use<AddCredential>().ExecuteAsync(_bank.Dirk, new(_bank.App.ClientId, "keys", publicKey, null, url ?? _server.Url), default);
        var problem = Assert.Single(outcome.Problems);
        return (problem.Code, problem.Field);
    }
}
