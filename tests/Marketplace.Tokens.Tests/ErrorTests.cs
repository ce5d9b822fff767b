using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 6749 §5.2: each wrong request has its one answer.</summary>
public sealed class ErrorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static string Body(string rest) => "grant_type=client_credentials" + rest;

    public static TheoryData<string, string, int> Requests => new()
    {
        // §3.2: a parameter is sent at most once, and one without a value is as if it was not sent.
        { "", "invalid_request", 400 },
        { "grant_type=", "invalid_request", 400 },
        { "resource=urn:x", "invalid_request", 400 },
        { "grant_type=client_credentials&grant_type=client_credentials", "invalid_request", 400 },
        { Body("&scope=getPayment&scope=getPayment"), "invalid_request", 400 },
        { Body("&unknown=1&unknown=1"), "invalid_request", 400 },
        { Body("&client_id=ID&client_id=ID"), "invalid_request", 400 },
        { Body("&scope=%zz"), "invalid_request", 400 },
        { Body("&scope=%4"), "invalid_request", 400 },
        { Body("&scope=%ff"), "invalid_request", 400 },
        // §2.3: one way to authenticate per request.
        { Body("&client_secret=SECRET"), "invalid_request", 400 },
        { Body("&client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), "invalid_request", 400 },
        { Body("&client_id=another"), "invalid_client", 401 },
        { "grant_type=password&username=a&password=b", "unsupported_grant_type", 400 },
        { "grant_type=authorization_code&code=x", "unsupported_grant_type", 400 },
        { "grant_type=CLIENT_CREDENTIALS", "unsupported_grant_type", 400 },
        { Body("&scope=nope"), "invalid_scope", 400 },
        { Body("&scope=getPayment+cancelPayment"), "invalid_scope", 400 },
        { Body("&scope=getPayment%00"), "invalid_scope", 400 },
        // RFC 8707 §2.
        { Body("&resource=urn:marketplace:nobody:v1:production"), "invalid_target", 400 },
        { Body("&resource=not a uri"), "invalid_target", 400 },
        { Body("&resource=urn:marketplace:payments:v1:sandbox"), "invalid_target", 400 },
        { Body("&resource=URN:marketplace:payments:v1:production"), "invalid_target", 400 },
        { Body("&resource=urn:marketplace:payments:v1:production&resource=urn:marketplace:control"), "invalid_target", 400 },
    };

    [Fact]
    [Standard("RFC 6749 §2.3")]
    [Standard("RFC 6749 §3.2")]
    [Standard("RFC 6749 §5.2")]
    [Standard("RFC 8707 §2")]
    public async Task Every_wrong_request_of_a_known_client_has_the_standards_answer()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        Assert.NotEmpty(Requests);
        foreach (var (body, error, status) in Requests.Select(row => row.Data))
        {
            var text = body.Replace("ID", bank.App.ClientId, StringComparison.Ordinal).Replace("SECRET", bank.App.Secret, StringComparison.Ordinal);
            var answer = await server.SendAsync(Form(text), TokenServer.Basic(bank.App.ClientId, bank.App.Secret!));
            Assert.Equal((body, error, status), (body, answer.Error, answer.Status));
            AssertWellFormed(answer);
        }
        foreach (var harmless in new[] { "", "&client_id=ID", "&scope=", "&unknown=1", "&client_secret=", "&resource=urn%3Amarketplace%3Apayments%3Av1%3Aproduction", "&" })
        {
            var text = Body(harmless).Replace("ID", bank.App.ClientId, StringComparison.Ordinal);
            var answer = await server.SendAsync(Form(text), TokenServer.Basic(bank.App.ClientId, bank.App.Secret!));
            Assert.Equal((harmless, 200), (harmless, answer.Status));
        }
    }

    [Fact]
    [Standard("RFC 6749 §2.3.1")]
    [Standard("RFC 6749 §5.2")]
    public async Task Who_does_not_prove_to_be_the_client_gets_401_and_the_scheme_to_use()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var (id, secret) = (bank.App.ClientId, bank.App.Secret!);
        string Raw(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        string?[] wrong =
        [
            null, "", "Basic", "Basic ", "Basic !!!", "Bearer abc", Raw(id), Raw($"{id}:"), Raw($":{secret}"), Raw($"{id}:{secret}x"),
            Raw($"{id}:{secret[..^1]}"), Raw($"{id.ToUpperInvariant()}:{secret}"), Raw($"nobody:{secret}"), Raw($"{id}:%zz"),
            // RFC 7617 §2: base64 without white space in it.
            Raw($"{id}:{secret}").Insert(12, " "), Raw($"{id}:{secret}").Insert(12, "\t"),
            "Basic " + Convert.ToBase64String([0xff, (byte)':', 0xff]), "Basic " + new string('A', 5000),
        ];
        foreach (var authorization in wrong)
        {
            var answer = await server.SendAsync(Form(Body("")), authorization);
            Assert.Equal((authorization, "invalid_client", 401), (authorization, answer.Error, answer.Status));
            Assert.Equal("Basic", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
            AssertWellFormed(answer);
        }
        string[] wrongBodies = [$"&client_id={id}", $"&client_secret={secret}", $"&client_id={id}&client_secret={secret}x", $"&client_id=nobody&client_secret={secret}"];
        foreach (var body in wrongBodies)
            Assert.Equal((body, "invalid_client", 401), (body, (await server.SendAsync(Form(Body(body)))).Error, 401));
        Assert.Equal(200, (await server.SendAsync(Form(Body($"&client_id={id}&client_secret={secret}")))).Status);
        // §2.3.1: both halves are form-urlencoded before Basic.
        Assert.Equal(200, (await server.SendAsync(Form(Body("")), Raw($"{id.Replace("-", "%2D", StringComparison.Ordinal)}:{secret.Replace("_", "%5f", StringComparison.Ordinal)}"))).Status);
        Assert.Equal(200, (await server.SendAsync(Form(Body("")), "basic " + Raw($"{id}:{secret}")[6..])).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    [Standard("RFC 6749 §4.4.2")]
    public async Task Another_content_type_is_an_invalid_request(string? type)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var body = new ByteArrayContent(Encoding.ASCII.GetBytes(Body("")));
        body.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        var answer = await server.SendAsync(body, TokenServer.Basic(bank.App.ClientId, bank.App.Secret!));
        Assert.Equal(("invalid_request", 400), (answer.Error, answer.Status));
    }

    [Fact]
    public async Task A_body_beyond_64_KB_is_refused_and_the_next_client_is_served()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await using var server = await TokenServer.StartAsync(bank);
        var authorization = TokenServer.Basic(bank.App.ClientId, bank.App.Secret!);
        Assert.Equal("invalid_request", (await server.SendAsync(Form(Body("&x=" + new string('x', 65 * 1024))), authorization)).Error);
        Assert.Equal(200, (await server.SendAsync(Form(Body("&x=" + new string('x', 60 * 1024))), authorization)).Status);
        var many = string.Concat(Enumerable.Range(0, 200).Select(i => $"&p{i}=1"));
        Assert.Equal("invalid_request", (await server.SendAsync(Form(Body(many)), authorization)).Error);
        Assert.Equal(200, (await server.SendAsync(Form(Body("")), authorization)).Status);
    }

    [Fact]
    [Standard("RFC 6749 §3.2")]
    public async Task Only_POST_is_a_token_request()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        foreach (var (method, path, allowed) in new[]
        {
            ("GET", "/oauth/token?grant_type=client_credentials", "POST"), ("HEAD", "/oauth/token", "POST"), ("PUT", "/oauth/token", "POST"),
            ("GET", "/oauth/revoke", "POST"), ("GET", "/oauth/introspect", "POST"),
            ("POST", "/.well-known/jwks.json", "GET, HEAD"), ("POST", "/.well-known/oauth-authorization-server", "GET, HEAD"),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await server.Http.SendAsync(request);
            Assert.Equal((method, path, 405, allowed), (method, path, (int)response.StatusCode, string.Join(", ", response.Content.Headers.Allow)));
        }
        using var head = new HttpRequestMessage(HttpMethod.Head, "/.well-known/jwks.json");
        using var answer = await server.Http.SendAsync(head);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static StringContent Form(string body)
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded", "UTF-8");
        return content;
    }

    private static void AssertWellFormed(TokenAnswer answer)
    {
        // §5.2: the description is printable ASCII without quote and backslash; §5.1: nothing is stored.
        Assert.Matches(new Regex(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]+$", RegexOptions.None, TimeSpan.FromSeconds(1)), answer.Body.GetProperty("error_description").GetString()!);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        Assert.False(answer.Body.TryGetProperty("access_token", out _));
    }
}
