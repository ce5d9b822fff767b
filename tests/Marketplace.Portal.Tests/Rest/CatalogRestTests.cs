using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest;

public sealed class CatalogRestTests(SharedBankApp shared) : IClassFixture<SharedBankApp>, IAsyncLifetime
{
    private const string Yaml =
        """
        openapi: 3.1.0
        info: { title: Cards, version: "1.2" }
        paths:
          /cards:
            get: { operationId: listCards, summary: All cards, tags: [cards], responses: { "200": { description: . } } }
          /cards/{id}:
            get: { operationId: getCard, summary: One card, responses: { "200": { description: . } } }
        """;

    private static int _made;
    private readonly BankApp _app = shared.App;
    private readonly string _api = $"cards-{Interlocked.Increment(ref _made)}";
    private HttpClient _olivia = null!;

    public async ValueTask InitializeAsync()
    {
        _olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        var created = await _olivia.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", _api, "Cards", "Cards of people.", "internal"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/apis/" + _api, created.Headers.Location!.OriginalString);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_document_is_published_found_and_read_back()
    {
        var published = await PublishAsync(Yaml, "application/yaml");
        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        var body = (await published.Content.ReadFromJsonAsync<PublishedBody>())!;
        Assert.Equal((1, 2, 2, false), (body.Revision, body.Operations, body.Added, body.Unchanged));
        Assert.Equal(HttpStatusCode.OK, (await PublishAsync(Yaml, "application/yaml")).StatusCode);

        var found = (await _olivia.GetFromJsonAsync<PageBody<FoundOperationBody>>("/api/v1/operations?q=get%20card"))!;
        Assert.Contains(found.Items, o => o.Api == _api && o is { Key: "getCard", Method: "GET", Path: "/cards/{id}" });
        Assert.Equal("listCards", Assert.Single((await _olivia.GetFromJsonAsync<PageBody<OperationBody>>($"/api/v1/apis/{_api}/versions/v1/operations?tag=cards"))!.Items).Key);
        Assert.Equal($"urn:marketplace:{_api}:v1:sandbox", (await _olivia.GetFromJsonAsync<VersionBody>($"/api/v1/apis/{_api}/versions/v1"))!.Audiences["sandbox"]);

        var document = await _olivia.GetAsync($"/api/v1/apis/{_api}/versions/v1/document?original=true");
        Assert.Equal(Yaml, await document.Content.ReadAsStringAsync());
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/apis/{_api}/versions/v1/document?original=true");
        again.Headers.IfNoneMatch.Add(document.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await _olivia.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task Of_two_who_publish_on_the_same_revision_the_second_is_told()
    {
        await PublishAsync(Yaml, "application/yaml");
        Assert.Equal(HttpStatusCode.Created, (await PublishAsync(Yaml + "\n# more", "application/yaml", "?basedOn=1")).StatusCode);
        await RestApiTests.AssertProblemAsync(await PublishAsync(Yaml + "\n# other", "application/yaml", "?basedOn=1"), HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("not: [json", "application/yaml", HttpStatusCode.UnprocessableEntity, "yaml_syntax")]
    [InlineData("{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"x\",\"version\":\"1\"},\"paths\":{}}", "application/json", HttpStatusCode.UnprocessableEntity, "no_paths")]
    [InlineData("<a/>", "application/xml", HttpStatusCode.UnsupportedMediaType, "content_type_unsupported")]
    [InlineData("{\"url\":\"http://169.254.169.254/latest\"}", "application/json", HttpStatusCode.UnprocessableEntity, "url_forbidden")]
    [InlineData("{\"url\":\"ftp://example.com/a\"}", "application/json", HttpStatusCode.UnprocessableEntity, "url_invalid")]
    public async Task Nothing_but_a_document_is_published(string body, string type, HttpStatusCode status, string code)
    {
        await RestApiTests.AssertProblemAsync(await PublishAsync(body, type), status, code);
        Assert.Empty((await _olivia.GetFromJsonAsync<ApiBody>($"/api/v1/apis/{_api}"))!.Versions);
    }

    private Task<HttpResponseMessage> PublishAsync(string document, string type, string query = "") => _olivia.PostAsync(
        $"/api/v1/apis/{_api}/versions/v1/revisions" + query, new StringContent(document, Encoding.UTF8, type));
}
