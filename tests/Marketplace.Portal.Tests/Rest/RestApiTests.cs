using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest;

public sealed class RestApiTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private readonly BankApp _app = shared.App;

    [Theory]
    [InlineData("GET", "/api/v1/applications", HttpStatusCode.Unauthorized, "unauthenticated")]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound, "not_found")]
    [InlineData("PUT", "/api/v1/applications", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("POST", "/api/v1/me/access-tokens", HttpStatusCode.Unauthorized, "unauthenticated")]
    public async Task A_stranger_gets_problem_json(string method, string path, HttpStatusCode status, string code)
    {
        var response = await _app.Anonymous().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await AssertProblemAsync(response, status, code);
    }

    [Fact]
    public async Task A_method_not_allowed_names_those_that_are()
    {
        var response = await _app.Anonymous().PutAsync("/api/v1/applications", null);
        Assert.Equal("GET, POST", string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("{", 400, "body_malformed", null)]
    [InlineData("null", 400, "body_malformed", null)]
    [InlineData("{\"team\":\"channels\",\"name\":\"x\",\"description\":\"\",\"colour\":1}", 400, "body_malformed", "colour")]
    [InlineData("{\"team\":\"channels\",\"team\":\"channels\",\"name\":\"x\",\"description\":\"\"}", 400, "body_malformed", "team")]
    [InlineData("{\"team\":\"channels\"}", 400, "body_malformed", null)]
    [InlineData("{\"team\":7,\"name\":\"x\",\"description\":\"\"}", 400, "body_malformed", "team")]
    [InlineData("{\"Team\":\"channels\",\"name\":\"x\",\"description\":\"\"}", 400, "body_malformed", "Team")]
    [InlineData("{\"team\":\"channels\",\"name\":\"x\",\"description\":\"\"}", 422, "name_length", "name")]
    [InlineData("{\"team\":\"channels\",\"name\":\"Mobile app\",\"description\":\"\"}", 409, "name_taken", "name")]
    public async Task A_body_is_read_strictly(string body, int status, string code, string? field)
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var response = await dirk.PostAsync("/api/v1/applications", new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = await AssertProblemAsync(response, (HttpStatusCode)status, code);
        Assert.Equal(field, problem.Errors[0].Field);
        Assert.DoesNotContain("Marketplace.", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/templates/read-only", "{\"title\":\"Read only\",\"parts\":[null]}", "parts[0]")]
    [InlineData("PUT", "/api/v1/templates/read-only", "{\"title\":\"Read only\",\"parts\":[{\"api\":\"payments\",\"version\":\"v1\",\"operations\":[\"getPayment\",null]}]}", "parts[0].operations[1]")]
    [InlineData("POST", "/api/v1/me/access-tokens", "{\"name\":\"x\",\"scopes\":[null]}", "scopes[0]")]
    public async Task Null_within_a_list_is_told_by_its_place(string method, string path, string body, string field)
    {
        var olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        var response = await olivia.SendAsync(new(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        Assert.Equal(field, (await AssertProblemAsync(response, HttpStatusCode.BadRequest, "body_malformed")).Errors[0].Field);
    }

    [Theory]
    [InlineData("POST", "/api/v1/applications", "{\"team\":\"channels\",\"name\":\"Nul\",\"description\":\"a\\u0000b\"}")]
    [InlineData("GET", "/api/v1/audit-events?action=a%00", null)]
    [InlineData("GET", "/api/v1/apis/payments/versions/v1/operations?tag=a%00", null)]
    public async Task A_text_that_cannot_be_stored_is_the_sender_s_mistake(string method, string path, string? body)
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        await AssertProblemAsync(await dirk.SendAsync(request), HttpStatusCode.BadRequest, "parameter_malformed");
    }

    [Fact]
    public async Task A_body_of_another_type_is_415_and_one_too_large_413()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        await AssertProblemAsync(
            await dirk.PostAsync("/api/v1/applications", new StringContent("<a/>", Encoding.UTF8, "application/xml")),
            HttpStatusCode.UnsupportedMediaType, "content_type_unsupported");
        await AssertProblemAsync(
            await dirk.PostAsync("/api/v1/applications", new StringContent($"\"{new string('a', 300_000)}\"", Encoding.UTF8, "application/json")),
            HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_parameter_that_is_no_number_is_said_so()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var problem = await AssertProblemAsync(await dirk.GetAsync("/api/v1/applications?page=two"), HttpStatusCode.BadRequest, "parameter_malformed");
        Assert.Equal(("page", "page does not take \"two\"."), (problem.Errors[0].Field, problem.Detail));
    }

    [Fact]
    public async Task Curl_starts_with_name_and_password_and_goes_on_with_a_token()
    {
        var client = _app.Anonymous();
        client.DefaultRequestHeaders.Authorization = await _app.BasicOfAsync(_app.Bank.Dirk);
        var created = await client.PostAsJsonAsync("/api/v1/me/access-tokens", new NewAccessTokenBody("pipeline", Scopes: ["read", "account"]));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var token = (await created.Content.ReadFromJsonAsync<CreatedAccessTokenBody>())!;
        Assert.StartsWith("mkt_pat_", token.Token, StringComparison.Ordinal);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        var me = (await client.GetFromJsonAsync<MeBody>("/api/v1/me"))!;
        Assert.Equal(("Dirk Developer", "channels"), (me.Name, Assert.Single(me.Teams).Name));

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/me/access-tokens/{token.Id}")).StatusCode);
        await AssertProblemAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task A_password_opens_nothing_but_the_making_of_a_token()
    {
        var client = _app.Anonymous();
        client.DefaultRequestHeaders.Authorization = await _app.BasicOfAsync(_app.Bank.Dirk);
        await AssertProblemAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Wrong_passwords_lock_here_as_they_do_at_sign_in()
    {
        var client = _app.Anonymous();
        client.DefaultRequestHeaders.Authorization = await _app.BasicOfAsync(_app.Bank.Oscar, "wrong");
        for (var i = 0; i < 5; i++)
            await AssertProblemAsync(await client.PostAsJsonAsync("/api/v1/me/access-tokens", new NewAccessTokenBody("x")), HttpStatusCode.Unauthorized, "unauthenticated");
        client.DefaultRequestHeaders.Authorization = await _app.BasicOfAsync(_app.Bank.Oscar);
        await AssertProblemAsync(await client.PostAsJsonAsync("/api/v1/me/access-tokens", new NewAccessTokenBody("x")), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task An_expired_token_is_refused_with_the_bearer_error()
    {
        await using var app = await BankApp.OpenAsync(new PostgresFixture());
        var client = await app.ProgramOfAsync(app.Bank.Dirk);
        app.Bank.Clock.Advance(TimeSpan.FromDays(1));
        var response = await client.GetAsync("/api/v1/me");
        await AssertProblemAsync(response, HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_cookie_does_not_open_the_rest_api()
    {
        var browser = await _app.BrowserOfAsync(_app.Bank.Dirk);
        await AssertProblemAsync(await browser.Client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task The_whole_way_from_request_to_revocation()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        var asked = await dirk.PostAsJsonAsync("/api/v1/access-requests", new NewAccessRequestBody(
            _app.Bank.App.ClientId, "production", "The app shows payments.", _app.Bank.Clock.GetUtcNow().AddDays(30),
            Api: "payments", Version: "v1", Operations: ["listPayments", "createPayment", "cancelPayment"]));
        Assert.Equal(HttpStatusCode.Created, asked.StatusCode);
        var request = (await dirk.GetFromJsonAsync<AccessRequestBody>(asked.Headers.Location))!;
        Assert.Equal(("pending", 3), (request.Status, request.Operations.Count));
        Assert.Equal(["Olivia Owner", "Oscar Owner"], request.Deciders);
        Assert.Equal(request.Number, Assert.Single((await olivia.GetFromJsonAsync<PageBody<AccessRequestSummaryBody>>("/api/v1/inbox"))!.Items).Number);

        var decided = await olivia.PostAsJsonAsync($"/api/v1/access-requests/{request.Number}/decisions", new NewDecisionsBody([
            new("listPayments", true), new("createPayment", true), new("cancelPayment", false, "The app never cancels.")]));
        var done = (await decided.Content.ReadFromJsonAsync<DecidedBody>())!;
        Assert.Equal((2, 1, 0), (done.Approved, done.Denied, done.Pending));
        Assert.NotNull(done.Revision);

        var grants = (await dirk.GetFromJsonAsync<PageBody<GrantBody>>("/api/v1/grants?active=true"))!;
        Assert.Equal(2, grants.Total);
        var grant = grants.Items.Single(g => g.Operation == "createPayment");
        var revoked = await olivia.PostAsJsonAsync($"/api/v1/grants/{grant.Id}/revocation", new NewRevocationBody("Fraud case 7."));
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        var ended = (await dirk.GetFromJsonAsync<GrantBody>($"/api/v1/grants/{grant.Id}"))!;
        Assert.Equal(("revoked", "Olivia Owner", "Fraud case 7."), (ended.State, ended.EndedBy, ended.EndReason));
        await AssertProblemAsync(
            await olivia.PostAsJsonAsync($"/api/v1/grants/{grant.Id}/revocation", new NewRevocationBody("Again.")), HttpStatusCode.Conflict, "already_ended");
    }

    [Fact]
    public async Task A_list_is_cut_in_pages()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        for (var i = 0; i < 3; i++)
            await dirk.PostAsJsonAsync("/api/v1/applications", new NewApplicationBody("channels", $"Service {i}", ""));
        var first = (await dirk.GetFromJsonAsync<PageBody<ApplicationSummaryBody>>("/api/v1/applications?limit=3"))!;
        var second = (await dirk.GetFromJsonAsync<PageBody<ApplicationSummaryBody>>("/api/v1/applications?limit=3&page=2"))!;
        Assert.Equal((3, 1, 4L), (first.Items.Count, second.Items.Count, first.Total));
        Assert.Empty(first.Items.Select(a => a.ClientId).Intersect(second.Items.Select(a => a.ClientId), StringComparer.Ordinal));
    }

    internal static async Task<ProblemBody> AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"Expected {(int)status}, got {(int)response.StatusCode}: {text}");
        Assert.Equal(ProblemBody.ContentType, response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<ProblemBody>(text, JsonSerializerOptions.Web)!;
        Assert.Equal((code, (int)status), (problem.Code, problem.Status));
        Assert.NotEmpty(problem.Errors);
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
        return problem;
    }
}
