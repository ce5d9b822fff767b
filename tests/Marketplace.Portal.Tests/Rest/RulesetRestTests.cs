using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest;

public sealed class RulesetRestTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Yaml =
        """
        openapi: 3.0.3
        info: { title: Cards, version: "1.2" }
        paths:
          /cards/:
            get: { operationId: listCards, responses: { "200": { description: . } } }
        """;

    private BankApp _app = null!;
    private HttpClient _olivia = null!;
    private HttpClient _sven = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await BankApp.OpenAsync(postgres);
        _olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        _sven = await _app.ProgramOfAsync(_app.Bank.SecurityOfficer);
        await _olivia.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", "cards", "Cards", "Cards of people.", "internal"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_a_pipeline_hears_before_merge_is_what_publishing_finds()
    {
        var linted = await (await SendAsync("lint?limit=200", Yaml)).Content.ReadFromJsonAsync<FindingsBody>();
        Assert.True(linted!.Accepted);
        Assert.Equal(404, (int)(await _olivia.GetAsync("/api/v1/apis/cards/versions/v1/findings")).StatusCode);

        var published = await (await SendAsync("revisions", Yaml)).Content.ReadFromJsonAsync<PublishedBody>();
        Assert.Equal(linted.Score, published!.Guardrails!.Score);
        var found = await _olivia.GetFromJsonAsync<FindingsBody>("/api/v1/apis/cards/versions/v1/findings?limit=200");
        Assert.Equal(linted.Items.Order(ByPlace), found!.Items.Order(ByPlace));
        Assert.Contains(found.Items, f => f is { Rule: "path-keys-no-trailing-slash", Severity: "warn", Pointer: "#/paths/~1cards~1", Line: 4, Column: 3 });

        var warnings = await _olivia.GetFromJsonAsync<FindingsBody>("/api/v1/apis/cards/versions/v1/findings?severity=warn&rule=path-keys-no-trailing-slash");
        Assert.Equal((1, linted.Warnings), (warnings!.Total, warnings.Warnings));
        Assert.Equal(HttpStatusCode.BadRequest, (await _olivia.GetAsync("/api/v1/apis/cards/versions/v1/findings?severity=fatal")).StatusCode);
        Assert.Equal([published.Guardrails.Score], (await _olivia.GetFromJsonAsync<ScoresBody>("/api/v1/apis/cards/versions/v1/scores"))!.Scores.Select(s => s.Score));
    }

    [Fact]
    public async Task A_document_that_would_be_refused_says_why_beside_its_findings()
    {
        var broken = await (await SendAsync("lint", Yaml.Replace("/cards/:", "cards:", StringComparison.Ordinal))).Content.ReadFromJsonAsync<FindingsBody>();
        Assert.False(broken!.Accepted);
        Assert.Contains("path_invalid", broken.Problems.Select(p => p.Code));
        Assert.NotEmpty(broken.Items);

        var unreadable = await (await SendAsync("lint", "{")).Content.ReadFromJsonAsync<FindingsBody>();
        Assert.Equal((false, null, 0), (unreadable!.Accepted, unreadable.Score, unreadable.Total));
    }

    [Fact]
    public async Task A_ruleset_goes_its_way_over_the_REST_API()
    {
        await SendAsync("revisions", Yaml);
        var bad = await (await _sven.PostAsJsonAsync("/api/v1/rulesets", new NewRulesetBody("rules:\n  info-contcat: error", "Typo"))).Content.ReadFromJsonAsync<ProblemBody>();
        Assert.Equal(("ruleset_invalid", "text"), (bad!.Code, bad.Errors[0].Field));
        Assert.StartsWith("Line 2, column 3: There is no rule \"info-contcat\".", bad.Detail, StringComparison.Ordinal);

        var written = await _sven.PostAsJsonAsync("/api/v1/rulesets", new NewRulesetBody("rules: {path-keys-no-trailing-slash: error}", "Slashes."));
        Assert.Equal("/api/v1/rulesets/1", written.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _sven.PostAsJsonAsync("/api/v1/rulesets/1/effect", new RulesetEffectBody("Now"))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _sven.PostAsync("/api/v1/rulesets/1/trial", null)).StatusCode);
        await Eventually.HoldsAsync(async () => (await RulesetAsync()).Trial!.State == "done", TimeSpan.FromSeconds(20));
        Assert.Equivalent(new { Done = 1, Total = 1, NewlyFailing = 1, Teams = 1 }, (await RulesetAsync()).Trial);
        var failing = await _olivia.GetFromJsonAsync<PageBody<TriedLineBody>>("/api/v1/rulesets/1/trial/newly-failing");
        Assert.Equal("cards", Assert.Single(failing!.Items).Api);

        Assert.Equal(HttpStatusCode.OK, (await _sven.PostAsJsonAsync("/api/v1/rulesets/1/effect", new RulesetEffectBody("Agreed."))).StatusCode);
        Assert.True((await RulesetAsync()).InEffect);
        await Eventually.HoldsAsync(
            async () => (await _olivia.GetFromJsonAsync<FindingsBody>("/api/v1/apis/cards/versions/v1/findings"))!.Ruleset == 1, TimeSpan.FromSeconds(20));
        Assert.Equal([1, 0], (await _olivia.GetFromJsonAsync<PageBody<RulesetSummaryBody>>("/api/v1/rulesets"))!.Items.Select(r => r.Number));
        Assert.Equal(1, (await _olivia.GetFromJsonAsync<GuardrailsBody>("/api/v1/guardrails"))!.Failing);
    }

    private static Comparer<FindingBody> ByPlace { get; } = Comparer<FindingBody>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    private async Task<RulesetBody> RulesetAsync() => (await _olivia.GetFromJsonAsync<RulesetBody>("/api/v1/rulesets/1"))!;

    private Task<HttpResponseMessage> SendAsync(string what, string document) =>
        _olivia.PostAsync("/api/v1/apis/cards/versions/v1/" + what, new StringContent(document, Encoding.UTF8, "application/yaml"));
}
