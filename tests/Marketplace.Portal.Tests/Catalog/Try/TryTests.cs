using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Tests.Catalog.Try;

public sealed class TryTests(PostgresFixture postgres, TryTests.Granted granted) : IClassFixture<PostgresFixture>, IClassFixture<TryTests.Granted>
{
    [Fact]
    public async Task A_member_gets_a_sandbox_token_of_what_the_application_holds_and_the_audit_trail_says_so()
    {
        var app = granted.App;
        var issued = $"select count(*) from audit_event where action = 'sandbox_token.issued' and actor_id = '{app.Bank.Dirk.Id}' and subject like '{app.Bank.App.ClientId}%'";
        var before = await app.Bank.Database.ScalarAsync<long>(issued);
        var program = await app.ProgramOfAsync(app.Bank.Dirk);
        var token = await TokenAsync(program, app.Bank.App.ClientId);

        Assert.InRange(token.ExpiresIn, 1, 300);
        var claims = Claims(token.AccessToken);
        Assert.Equal(
            ("urn:marketplace:payments:v1:sandbox", "sandbox", app.Bank.App.ClientId, "listPayments getPayment"),
            (claims["aud"]!.GetValue<string>(), claims["env"]!.GetValue<string>(), claims["client_id"]!.GetValue<string>(), claims["scope"]!.GetValue<string>()));
        Assert.Equal(before + 1, await app.Bank.Database.ScalarAsync<long>(issued));
    }

    [Fact]
    public async Task A_production_grant_gives_no_sandbox_token()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        await app.Bank.GrantAsync("listPayments");
        var answer = await (await app.ProgramOfAsync(app.Bank.Dirk)).PostAsJsonAsync(
            "/api/v1/apis/payments/versions/v1/sandbox-tokens", new NewSandboxTokenBody(app.Bank.App.ClientId));
        Assert.Equal("no_sandbox_grant", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_token_plane_believes_governance_alone_once_and_for_the_sandbox_alone()
    {
        var app = granted.App;
        await app.Bank.GrantAsync("getPayment");
        await TokenAsync(await app.ProgramOfAsync(app.Bank.Dirk), app.Bank.App.ClientId);
        var http = app.Anonymous();
        var key = new MasterKey(new byte[MasterKey.Length]);
        var good = State(app, "sandbox").Seal(key);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(good)).StatusCode);
        Assert.Equal("invalid_request", await ErrorAsync(good));
        Assert.Equal("invalid_target", await ErrorAsync(State(app, "production").Seal(key)));
        Assert.Equal("invalid_request", await ErrorAsync((State(app, "sandbox") with { Expires = app.Bank.Clock.GetUtcNow().ToUnixTimeSeconds() - 1 }).Seal(key)));
        Assert.Equal("invalid_request", await ErrorAsync((State(app, "sandbox") with { Expires = app.Bank.Clock.GetUtcNow().ToUnixTimeSeconds() + 3600 }).Seal(key)));
        Assert.Equal("invalid_request", await ErrorAsync(State(app, "sandbox").Seal(new MasterKey(Encoding.ASCII.GetBytes("another key of thirty-two bytes.")))));
        Assert.Equal("invalid_request", await ErrorAsync("00ff"));
        Assert.Equal("invalid_client", await ErrorAsync((State(app, "sandbox") with { ClientId = "nobody" }).Seal(key)));

        Task<HttpResponseMessage> SendAsync(string statement) => http.PostAsync(SandboxStatement.Path, new FormUrlEncodedContent([KeyValuePair.Create("statement", statement)]));
        async Task<string> ErrorAsync(string statement) => (await (await SendAsync(statement)).Content.ReadFromJsonAsync<JsonObject>())!["error"]!.GetValue<string>();
    }

    [Fact]
    public async Task The_relay_goes_to_the_sandbox_server_with_its_token_alone()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        // Documents may be fetched from there, which opens nothing to people's calls.
        await using var app = await BankApp.OpenAsync(postgres, new FetchOptions { AllowedInternalHosts = [sandbox.Url.Authority] });
        await GrantInSandboxAsync(app, "listPayments");
        await app.Bank.Database.ExecuteAsync($"update audience set server = '{sandbox.Url}base' where environment = 'sandbox'");
        var token = (await TokenAsync(await app.ProgramOfAsync(app.Bank.Dirk), app.Bank.App.ClientId)).AccessToken;
        var browser = (await app.BrowserOfAsync(app.Bank.Dirk)).Client;

        Assert.Equal("sandbox_unreachable", await CodeAsync("payments", token));
        Assert.Empty(sandbox.Seen);
        Assert.Equal("sandbox_token_missing", await CodeAsync("payments", null));
        Assert.Equal("sandbox_token_missing", await CodeAsync("payments", "a.b.c"));
        Assert.Equal("sandbox_token_missing", await CodeAsync("payments", $"x.{Convert.ToBase64String("""{"aud":"urn:marketplace:payments:v1:production"}"""u8).TrimEnd('=')}.y"));

        async Task<string> CodeAsync(string path, string? bearer)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/apis/payments/v1/relay/" + path);
            request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
            using var answer = await browser.SendAsync(request);
            return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>();
        }
    }

    [Fact]
    public async Task Where_an_operator_allows_the_sandbox_calls_pass_with_their_body_and_without_cookies()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var app = await BankApp.OpenAsync(postgres, new FetchOptions { SandboxHosts = [sandbox.Url.Authority] });
        await GrantInSandboxAsync(app, "listPayments");
        await app.Bank.Database.ExecuteAsync($"update audience set server = '{sandbox.Url}base' where environment = 'sandbox'");
        var token = (await TokenAsync(await app.ProgramOfAsync(app.Bank.Dirk), app.Bank.App.ClientId)).AccessToken;
        var browser = (await app.BrowserOfAsync(app.Bank.Dirk)).Client;

        using var answer = await SendAsync(HttpMethod.Post, "payments/a%2Fb?x=1%202");
        Assert.Equal((HttpStatusCode.Forbidden, "POST /base/payments/a%2Fb?x=1%202 {\"a\":1}"), (answer.StatusCode, Assert.Single(sandbox.Seen)));
        Assert.Equal("Bearer " + token, sandbox.Headers["Authorization"].ToString());
        Assert.False(sandbox.Headers.ContainsKey("Cookie"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.EndsWith("/apis/payments/v1/request?operation=cancelPayment&environment=sandbox", problem["request_access"]!.GetValue<string>(), StringComparison.Ordinal);

        using var outside = await SendAsync(HttpMethod.Get, "%2e%2e/admin");
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
        Assert.Single(sandbox.Seen);

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, AsIs(app.Url.AbsoluteUri + "apis/payments/v1/relay/" + path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (method == HttpMethod.Post)
                request.Content = JsonContent.Create(new { a = 1 });
            return await browser.SendAsync(request);
        }
    }

    [Fact]
    public async Task What_a_sandbox_answers_wrongly_is_told_and_no_path_leads_out_of_it()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var app = await BankApp.OpenAsync(postgres, new FetchOptions { SandboxHosts = [sandbox.Url.Authority] });
        await app.Bank.Database.ExecuteAsync($"update audience set server = '{sandbox.Url}base' where environment = 'sandbox'");
        var browser = (await app.BrowserOfAsync(app.Bank.Dirk)).Client;
        // The sandbox would verify it.
        const string Good = """{"aud":"urn:marketplace:payments:v1:sandbox"}""";

        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync("gzip", Good));
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync("status", Good));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("latin", Good));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("twice", Good));
        Assert.Equal(4, sandbox.Seen.Count);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("..%2fadmin", Good));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("a/..%5C..%5cadmin", Good));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("twice", """{"aud":"a","aud":"b"}"""));
        Assert.Equal(4, sandbox.Seen.Count);

        async Task<HttpStatusCode> StatusAsync(string path, string claims)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, AsIs(app.Url.AbsoluteUri + "apis/payments/v1/relay/" + path));
            request.Headers.Authorization = new("Bearer", $"x.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.y");
            using var answer = await browser.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task The_pages_say_what_may_be_called_and_offer_the_request_for_the_rest()
    {
        var app = granted.App;
        var browser = await app.BrowserOfAsync(app.Bank.Dirk);
        var endpoint = await browser.PageAsync("/apis/payments/v1/endpoint?operation=cancelPayment");
        Assert.Equal("/apis/payments/v1/endpoint?operation=cancelPayment", endpoint.QuerySelector("form[action$='/star'] input[name=returnUrl]")!.GetAttribute("value"));
        var request = endpoint.QuerySelector("section[aria-labelledby=may] .row-action")!.GetAttribute("href")!;
        Assert.Equal($"/apis/payments/v1/request?operation=cancelPayment&environment=sandbox&application={app.Bank.App.ClientId}", request);
        var form = await browser.PageAsync(request);
        Assert.Equal("cancelPayment", form.QuerySelector("input[name=operations]")!.GetAttribute("value"));
        var samples = endpoint.QuerySelectorAll(".samples code").Select(c => c.TextContent).ToList();
        Assert.Equal(4, samples.Count);
        Assert.All(samples, s => Assert.Contains("urn:marketplace:payments:v1:sandbox", s, StringComparison.Ordinal));
        Assert.All(samples, s => Assert.Contains("/payments/ID", s, StringComparison.Ordinal));
        Assert.All(samples, s => Assert.Contains(app.Bank.App.ClientId, s, StringComparison.Ordinal));
    }

    private static async Task GrantInSandboxAsync(BankApp app, params string[] operations)
    {
        var bank = app.Bank;
        var asked = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input(operations) with { Environment = "sandbox" }, default);
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, asked.Value, [.. operations.Select(o => new OperationDecision(o, true, null))], default)).Succeeded);
    }

    private static async Task<SandboxTokenBody> TokenAsync(HttpClient program, string application)
    {
        using var answer = await program.PostAsJsonAsync("/api/v1/apis/payments/versions/v1/sandbox-tokens", new NewSandboxTokenBody(application));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<SandboxTokenBody>())!;
    }

    private static Uri AsIs(string url)
    {
        UriCreationOptions options = new() { DangerousDisablePathAndQueryCanonicalization = true };
        return Uri.TryCreate(url, in options, out var uri) ? uri : throw new ArgumentException(url, nameof(url));
    }

    private static SandboxStatement State(BankApp app, string environment) => new(
        app.Bank.App.ClientId, $"urn:marketplace:payments:v1:{environment}", app.Bank.Dirk.Id, app.Bank.Clock.GetUtcNow().ToUnixTimeSeconds() + 30, Guid.NewGuid());

    private static JsonObject Claims(string token) => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    /// <summary>One app for those who ask what the mobile app may call in the sandbox.</summary>
    public sealed class Granted : IAsyncLifetime
    {
        public BankApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await BankApp.OpenAsync(new PostgresFixture());
            await GrantInSandboxAsync(App, "listPayments", "getPayment");
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    /// <summary>Refuses everything as a protected service does, and remembers what it was sent.</summary>
    private sealed class SandboxServer(WebApplication app) : IAsyncDisposable
    {
        public List<string> Seen { get; } = [];

        public HeaderDictionary Headers { get; private set; } = [];

        public Uri Url => new(app.Urls.First());

        public static async Task<SandboxServer> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1);
            var app = builder.Build();
            var server = new SandboxServer(app);
            app.Run(async context =>
            {
                server.Headers = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase));
                using var reader = new StreamReader(context.Request.Body);
                server.Seen.Add($"{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget} {await reader.ReadToEndAsync()}");
                context.Response.StatusCode = 403;
                context.Response.ContentType = "application/problem+json";
                context.Response.Headers.SetCookie = "a=b";
                if (Wrong(context.Response, context.Request.Path.Value!) is { } wrong)
                {
                    await context.Response.WriteAsync(wrong);
                    return;
                }
                await context.Response.WriteAsync(JsonSerializer.Serialize(new { status = 403, code = "operation_not_granted", operation = "cancelPayment" }));
            });
            await app.StartAsync();
            return server;
        }

        private static string? Wrong(HttpResponse response, string path)
        {
            switch (path)
            {
                case "/base/gzip":
                    (response.StatusCode, response.Headers.ContentEncoding) = (200, "gzip");
                    return "abc";
                case "/base/status":
                    response.StatusCode = 999;
                    return "";
                case "/base/latin":
                    (response.StatusCode, response.Headers.ETag, response.ContentType) = (200, "\"é\"", "text/plain; a=\"é\"");
                    return "abc";
                case "/base/twice":
                    return """{"operation":"a","operation":"b"}""";
                default:
                    return null;
            }
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
