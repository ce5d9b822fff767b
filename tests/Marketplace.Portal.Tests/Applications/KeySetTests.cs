using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Applications;

/// <summary>Keys at a URL through all planes, each under its own database role, and what the team sees of them.</summary>
public sealed class KeySetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly Jwk _first = Jwk.Generate(JwsAlgorithm.ES256);
    private readonly Jwk _second = Jwk.Generate(JwsAlgorithm.ES256);
    private KeySetServer _keys = null!;
    private BankApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = await KeySetServer.StartAsync(_first);
        _app = await BankApp.OpenAsync(postgres, _keys.Allowed);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _keys.DisposeAsync();
    }

    [Fact]
    public async Task A_key_that_replaces_another_at_the_url_is_taken_within_seconds_of_its_first_use_and_a_failure_is_shown()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var made = await dirk.PostAsJsonAsync($"{Address}/credentials", new { label = "cluster west", jwksUri = _keys.Url });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("clientSecret").ValueKind);
        await Eventually.HoldsAsync(async () => await TokenAsync(_first) == 200, Soon);

        _keys.Publish(_second);
        _app.Bank.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(401, await TokenAsync(_second));
        await Eventually.HoldsAsync(async () => await TokenAsync(_second) == 200, Soon);
        Assert.Equal(401, await TokenAsync(_first));
        Assert.Equal([_second.KeyId], (await KeySetAsync(dirk)).GetProperty("keyIds").EnumerateArray().Select(id => id.GetString()));

        await _keys.GoAwayAsync();
        _app.Bank.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(async () => (await KeySetAsync(dirk)).GetProperty("failingSince").ValueKind == JsonValueKind.String, Soon);
        Assert.Equal(_app.Bank.Clock.GetUtcNow(), (await KeySetAsync(dirk)).GetProperty("failingSince").GetDateTimeOffset());
        Assert.Equal(200, await TokenAsync(_second));
        var section = (await (await _app.BrowserOfAsync(_app.Bank.Dirk)).PageAsync($"/applications/{Client}")).QuerySelector("section[aria-labelledby=credentials]")!.TextContent;
        foreach (var says in new[] { "Needs attention", "cannot be reached", "The keys last fetched go on.", _second.KeyId!, "Fetch now" })
            Assert.Contains(says, section, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_url_stands_beside_its_field_and_in_the_rest_apis_answer()
    {
        _keys.Say("{}");
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        foreach (var (post, on) in new[] { ($"/applications/{Client}/credentials", $"/applications/{Client}"), ("/applications/new", "/applications/new") })
        {
            var response = await dirk.PostAsync(
                post, on, ("label", "x"), ("team", "channels"), ("name", "Web app"), ("description", ""), ("jwksUri", _keys.Url));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            var page = await BankBrowser.DocumentAsync(response);
            Assert.Contains("no JWK Set", page.QuerySelector("#field-jwksUri-problem")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(_keys.Url, page.QuerySelector("input[name=jwksUri]")!.GetAttribute("value"));
        }

        var program = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var refused = await program.PostAsJsonAsync($"{Address}/credentials", new { label = "x", jwksUri = _keys.Url });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0];
        Assert.Equal(("key_set_invalid", "jwksUri"), (error.GetProperty("code").GetString(), error.GetProperty("field").GetString()));
    }

    private string Client => _app.Bank.App.ClientId;

    private string Address => $"/api/v1/applications/{Client}";

    private async Task<JsonElement> KeySetAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonElement>(Address))
        .GetProperty("credentials").EnumerateArray().Single(c => c.GetProperty("kind").GetString() == "jwks_uri").GetProperty("keySet");

    private async Task<int> TokenAsync(Jwk key)
    {
        var now = _app.Bank.Clock.GetUtcNow().ToUnixTimeSeconds();
        var assertion = new JwsSigner(key, JwsAlgorithm.ES256, "JWT").Sign(
            $$"""{"iss":"{{Client}}","sub":"{{Client}}","aud":"http://localhost","jti":"{{Guid.NewGuid()}}","exp":{{now + 60}}}""");
        var response = await _app.Anonymous().PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
            ["resource"] = "urn:marketplace:control",
        }));
        return (int)response.StatusCode;
    }
}
