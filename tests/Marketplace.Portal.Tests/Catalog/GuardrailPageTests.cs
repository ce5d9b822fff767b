using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.People;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class GuardrailPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Yaml = "openapi: 3.0.3\ninfo: {title: Payments, version: '1', description: '<b>bold</b>'}\nsecurity: [{k: []}]\npaths:\n  /payments/:\n    get: {operationId: list, responses: {'200': {description: ok}}}\n";

    [Fact]
    public async Task Findings_stand_beside_their_lines_and_the_score_with_its_trend_on_the_API()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");

        var list = await olivia.GetAsync("/apis/payments/v1/findings?severity=warn&rule=path-keys-no-trailing-slash");
        var link = Assert.Single(list.Html.QuerySelectorAll(".findings .finding-place a[href*=source]"));
        Assert.Equal(("Line 5, column 3", "/apis/payments/v1/findings/source?line=5#L5"), (link.TextContent, link.GetAttribute("href")));

        var source = await olivia.GetAsync("/apis/payments/v1/findings/source?line=5");
        Assert.Contains("Remove the slash at the path's end.", source.Html.GetElementById("L5")!.TextContent, StringComparison.Ordinal);
        // What a publisher wrote is text, never markup.
        Assert.Contains("<b>bold</b>", source.Html.GetElementById("L2")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(source.Html.QuerySelectorAll(".source b"));

        var api = await olivia.GetAsync("/apis/payments/v1");
        Assert.StartsWith("100 minus", api.Html.QuerySelector(".score-panel .score")!.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("Revision 1 scores", api.Html.QuerySelector(".score-trend figcaption")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_team_writes_tries_and_puts_a_ruleset_into_effect()
    {
        await using var app = await OpenAsync();
        using var sven = await app.SignedInAsync("sven");

        var bad = await sven.SubmitAsync(await sven.GetAsync("/guardrails/rulesets/new"), "/guardrails/rulesets", ("text", "rules:\n  nothing: error"), ("reason", "Why"));
        Assert.Equal(422, bad.Status);
        Assert.StartsWith("Line 2, column 3: There is no rule \"nothing\".", Assert.Single(bad.FieldProblems), StringComparison.Ordinal);
        Assert.Equal("rules:\n  nothing: error", bad.Html.QuerySelector("textarea[name=text]")!.TextContent);

        var written = await sven.SubmitAsync(bad, "/guardrails/rulesets", ("text", "rules: {path-keys-no-trailing-slash: error}"), ("reason", "Slashes."));
        Assert.Equal((303, "/guardrails/rulesets/1"), (written.Status, written.Location));
        await sven.SubmitAsync(await sven.GetAsync("/guardrails/rulesets/1"), "/guardrails/rulesets/1/trial");
        await Eventually.HoldsAsync(async () =>
        {
            await app.Use<RulesetRunner>().RunNextAsync(default);
            return (await sven.GetAsync("/guardrails/rulesets/1")).Text.Contains("Would newly fail 1 API of 1 team", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(20));

        var done = await sven.SubmitAsync(await sven.GetAsync("/guardrails/rulesets/1"), "/guardrails/rulesets/1/effect", ("reason", "Agreed."));
        Assert.Equal(303, done.Status);
        Assert.Equal("In effect", (await sven.GetAsync("/guardrails/rulesets/1")).Html.QuerySelector("h1 .tag")!.TextContent);
    }

    [Fact]
    public async Task A_first_document_that_the_ruleset_blocks_leaves_no_API_behind()
    {
        await using var app = await OpenAsync();
        await app.Database.ExecuteAsync(
            """
            insert into ruleset select 1, 'block: true' || chr(10) || 'rules: {path-keys-no-trailing-slash: error}', 'Why', id, now() from person where user_name = 'sven';
            insert into ruleset_effect select 1, 1, 'Why', id, now() from person where user_name = 'sven'
            """);
        using var olivia = await app.SignedInAsync("olivia");

        var back = await olivia.SubmitAsync(
            await olivia.GetAsync("/publish"), "/publish",
            ("team", "payments"), ("name", "cards"), ("title", "Cards"), ("version", "v1"), ("classification", "internal"), ("source", "paste"), ("text", Yaml));

        Assert.Equal(422, back.Status);
        Assert.Contains("path-keys-no-trailing-slash at #/paths/~1payments~1, line 5, column 3", Assert.Single(back.FieldProblems), StringComparison.Ordinal);
        Assert.Equal(404, (await olivia.GetAsync("/apis/cards")).Status);
    }

    private async Task<LivePortal> OpenAsync()
    {
        var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("olivia", "Olivia Bakker");
        await app.AddPersonAsync("sven", "Sven Okafor", PlatformRole.SecurityOfficer);
        await app.AddTeamAsync("payments", "Payments Platform", "olivia");
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(
            await olivia.GetAsync("/publish"), "/publish",
            ("team", "payments"), ("name", "payments"), ("title", "Payments"), ("version", "v1"), ("classification", "internal"), ("source", "paste"), ("text", Yaml));
        return app;
    }
}
