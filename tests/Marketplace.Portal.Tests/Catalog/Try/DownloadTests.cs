using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog.Try;

/// <summary>The document as it was given, as JSON, as YAML, and cut down to what an application holds.</summary>
public sealed class DownloadTests(SharedBankApp shared) : IClassFixture<SharedBankApp>, IAsyncLifetime
{
    private const string Line = "/apis/orders/v1";

    // CRLF, a tab in a comment and no newline at the end: what a reader would mend must come back as it was.
    private static readonly byte[] Given = Encoding.UTF8.GetBytes(
        File.ReadAllText(Repository.File("samples", "provider", "openapi.yaml")).ReplaceLineEndings("\r\n").TrimEnd() + "\r\n#\té");

    private readonly BankApp _app = shared.App;
    private BankBrowser _dirk = null!;

    private string Held => $"{Line}/document/held.json?application={_app.Bank.App.ClientId}";

    /// <summary>Published by the first of the tests; they run one after the other.</summary>
    public async ValueTask InitializeAsync()
    {
        var olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        var created = await olivia.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", "orders", "Orders", "", "internal"));
        _dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        if (created.StatusCode is HttpStatusCode.Conflict)
            return;
        var published = await olivia.PostAsync(
            "/api/v1/apis/orders/versions/v1/revisions", new ByteArrayContent(Given) { Headers = { ContentType = new("application/yaml") } });
        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        await GrantAsync("sandbox", "createRefund");
        await GrantAsync("production", "getPaymentStatus");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_given_comes_back_byte_for_byte()
    {
        using var original = await _dirk.Client.GetAsync(Line + "/document/original");
        Assert.Equal(Given, await original.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/yaml", "orders-v1-1.yaml"), (original.Content.Headers.ContentType!.MediaType, original.Content.Headers.ContentDisposition!.FileName));
    }

    [Fact]
    public async Task JSON_and_YAML_say_the_same_as_what_was_given()
    {
        var given = Read(Given);
        var json = await _dirk.Client.GetByteArrayAsync(Line + "/document.json");
        var yaml = await _dirk.Client.GetByteArrayAsync(Line + "/document.yaml");

        Assert.Equal('{', (char)json[0]);
        Assert.NotEqual('{', (char)yaml[0]);
        Assert.True(JsonNode.DeepEquals(given, Read(json)));
        Assert.True(JsonNode.DeepEquals(given, Read(yaml)));
    }

    [Fact]
    public async Task What_an_application_holds_is_a_document_of_its_own_with_what_its_operations_reach()
    {
        var all = Read(await _dirk.Client.GetByteArrayAsync(Held));
        Assert.Equal(["createRefund", "getPaymentStatus"], Operations(all));
        Assert.Equal(["Money", "NewRefund", "Problem", "Refund", "Status"], Names(all["components"]!["schemas"]!));

        var sandbox = Read(await _dirk.Client.GetByteArrayAsync(Held + "&environment=sandbox"));
        Assert.Equal(["createRefund"], Operations(sandbox));
        Assert.Equal(["/payments/{paymentId}/refunds"], Names(sandbox["paths"]!));
        Assert.Equal(["Money", "NewRefund", "Problem", "Refund"], Names(sandbox["components"]!["schemas"]!));
        Assert.Equal(["PaymentId"], Names(sandbox["components"]!["parameters"]!));
        Assert.Equal(["Refunds"], sandbox["tags"]!.AsArray().Select(t => t!["name"]!.GetValue<string>()));
        var given = Read(Given);
        Assert.True(JsonNode.DeepEquals(given["paths"]!["/payments/{paymentId}/refunds"]!["post"], sandbox["paths"]!["/payments/{paymentId}/refunds"]!["post"]));
        Assert.True(JsonNode.DeepEquals(given["components"]!["schemas"]!["Refund"], sandbox["components"]!["schemas"]!["Refund"]));

        var program = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var derived = Read(await program.GetByteArrayAsync($"/api/v1{Line.Replace("/v1", "/versions/v1", StringComparison.Ordinal)}/document/derived?format=yaml&environment=sandbox&application={_app.Bank.App.ClientId}"));
        Assert.True(JsonNode.DeepEquals(sandbox, derived));
    }

    [Fact]
    public async Task What_an_application_holds_is_told_to_its_team_and_to_the_owners_alone()
    {
        var others = await _app.BrowserOfAsync(_app.Bank.Stranger);
        Assert.Equal(HttpStatusCode.NotFound, (await others.Client.GetAsync(Held)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await others.Client.GetAsync(Line + "/document.json")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await (await _app.BrowserOfAsync(_app.Bank.Olivia)).Client.GetAsync(Held)).StatusCode);

        var bare = (await _app.Bank.Use<RegisterApplication>().ExecuteAsync(_app.Bank.Dirk, new("channels", "Bare", ""), default)).Value!;
        Assert.Equal(HttpStatusCode.NotFound, (await _dirk.Client.GetAsync(Held.Replace(_app.Bank.App.ClientId, bare.ClientId, StringComparison.Ordinal))).StatusCode);
    }

    [Fact]
    public async Task A_line_that_ends_says_so_in_every_form()
    {
        var bank = _app.Bank;
        var end = bank.Clock.GetUtcNow().AddDays(200);
        await bank.Database.ExecuteAsync($"update api_version v set lifecycle = 'deprecated', deprecated_at = '{bank.Clock.GetUtcNow():O}', sunset_at = '{end:O}' from api a where a.id = v.api_id and a.name = 'orders'");
        try
        {
            foreach (var form in new[] { Line + "/document.json", Line + "/document.yaml", Line + "/document/original", Held })
            {
                using var answer = await _dirk.Client.GetAsync(form);
                Assert.Equal(end.UtcDateTime.ToString("R"), Assert.Single(answer.Headers.GetValues("Sunset")));
                Assert.Single(answer.Headers.GetValues("Deprecation"));
            }
        }
        finally
        {
            await bank.Database.ExecuteAsync("update api_version v set lifecycle = 'published', deprecated_at = null, sunset_at = null from api a where a.id = v.api_id and a.name = 'orders'");
        }
    }

    private async Task GrantAsync(string environment, string operation)
    {
        var bank = _app.Bank;
        var asked = await bank.Use<SubmitAccessRequest>().ExecuteAsync(
            bank.Dirk, new(bank.App.ClientId, "orders", "v1", environment, [operation], "The app refunds payments.", bank.Clock.GetUtcNow().AddDays(30)), default);
        Assert.True(asked.Succeeded, string.Join("; ", asked.Problems));
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, asked.Value, [new(operation, true, null)], default)).Succeeded);
    }

    /// <summary>As strictly as it is read when it is published.</summary>
    private static JsonObject Read(byte[] document)
    {
        var read = SpecReader.Read(document);
        Assert.True(read.Succeeded, string.Join("; ", read.Problems));
        return JsonNode.Parse(read.Value!.Json)!.AsObject();
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Operations(JsonObject document) => document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject()).Select(operation => (operation.Value as JsonObject)?["operationId"]?.GetValue<string>()).OfType<string>().Order(StringComparer.Ordinal);
}
