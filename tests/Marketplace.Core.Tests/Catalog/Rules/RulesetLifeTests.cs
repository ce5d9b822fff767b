using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Rules;

public sealed class RulesetLifeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Cards = """
        {"openapi":"3.0.3","info":{"title":"Cards","version":"1.0.0","description":"Cards.","contact":{"email":"cards@bank.example"}},
        "servers":[{"url":"https://api.bank.example"}],"security":[{"k":[]}],"components":{"securitySchemes":{"k":{"type":"http","scheme":"bearer"}}},
        "paths":{"/cards/":{"get":{"operationId":"listCards","summary":"List","description":"Lists cards.","tags":["a"],"responses":{"204":{"description":"None"}}}}}}
        """;

    [Fact]
    public async Task Publishing_writes_down_what_the_rules_find_and_the_score()
    {
        await using var bank = await WithCardsAsync();

        var published = await PublishAsync(bank, Cards);

        Assert.Equal(93, published.Value!.Score!.Value);
        var reader = bank.Use<FindingReader>();
        var summary = await reader.SummaryAsync(bank.Olivia, "cards", "v1", default);
        Assert.Equal((1, 0, 93), (summary!.Revision, summary.Ruleset, summary.Score.Value));
        var page = await reader.FindingsAsync(bank.Olivia, "cards", "v1", new(Severity.Warn), new(), default);
        Assert.Equal(["path-keys-no-trailing-slash 3:10 #/paths/~1cards~1"], page!.Items.Select(f => $"{f.Rule} {f.Line}:{f.Column} {f.Pointer}"));
        Assert.Null(await reader.SummaryAsync(bank.Olivia, "nothing", "v1", default));
    }

    [Fact]
    public async Task The_score_of_each_revision_makes_the_trend()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, Cards.Replace("https://", "http://", StringComparison.Ordinal));
        await PublishAsync(bank, Cards);

        var trend = await bank.Use<FindingReader>().TrendAsync(bank.Olivia, "cards", "v1", default);

        Assert.Equal([1, 2], trend!.Select(p => p.Number));
        Assert.True(trend![0].Score < trend[1].Score, string.Join(", ", trend));
        Assert.Equal([1, 0], trend.Select(p => p.Errors));
    }

    [Fact]
    public async Task A_ruleset_is_tried_over_the_whole_catalog_before_it_holds()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, Cards);
        var written = await bank.Use<WriteRuleset>().ExecuteAsync(bank.SecurityOfficer, new("extends: marketplace:oas\nrules: {path-keys-no-trailing-slash: error}", "Slashes cost us a night."), default);
        Assert.Equal(1, written.Value!.Number);
        Assert.Equal("ruleset_untried", Assert.Single((await PutAsync(bank, 1)).Problems).Code);

        var asked = await bank.Use<TryRuleset>().ExecuteAsync(bank.Admin, 1, default);
        Assert.Equal(asked.Value!.Id, (await bank.Use<TryRuleset>().ExecuteAsync(bank.SecurityOfficer, 1, default)).Value!.Id);
        Assert.Equal(RunState.Waiting, asked.Value!.State);
        Assert.True(await bank.Use<RulesetRunner>().RunNextAsync(default));
        Assert.False(await bank.Use<RulesetRunner>().RunNextAsync(default));

        var trial = (await bank.Use<RulesetReader>().FindAsync(1, default))!.Trial!;
        Assert.Equal((RunState.Done, 1, 1, 1, 1), (trial.State, trial.Done, trial.Total, trial.NewlyFailing, trial.Teams));
        var failing = Assert.Single((await bank.Use<TryRuleset>().NewlyFailingAsync(bank.Admin, 1, new(), default))!.Items);
        Assert.Equal(("cards", "payments", 0, 1), (failing.Api, failing.Team, failing.ErrorsBefore, failing.ErrorsAfter));
        Assert.Equal(["path-keys-no-trailing-slash"], failing.Rules);
        // A trial changes nothing.
        Assert.Equal(0, (await bank.Use<FindingReader>().SummaryAsync(bank.Olivia, "cards", "v1", default))!.Score.Errors);

        Assert.True((await PutAsync(bank, 1)).Succeeded);
        Assert.Equal("already_in_effect", Assert.Single((await PutAsync(bank, 1)).Problems).Code);
        Assert.True(await bank.Use<RulesetRunner>().RunNextAsync(default));
        var after = await bank.Use<FindingReader>().SummaryAsync(bank.Olivia, "cards", "v1", default);
        Assert.Equal((1, 1), (after!.Ruleset, after.Score.Errors));
        Assert.Equal("ruleset.put_into_effect", await bank.Database.ScalarAsync<string>("select action from audit_event order by sequence desc limit 1"));
    }

    [Fact]
    public async Task A_trial_tells_of_drafts_to_their_team_alone()
    {
        await using var bank = await WithCardsAsync();
        await bank.Use<PublishSpec>().ExecuteAsync(bank.Olivia, new("cards", "v1", Encoding.UTF8.GetBytes(Cards), AsDraft: true), default);
        await bank.Use<WriteRuleset>().ExecuteAsync(bank.SecurityOfficer, new("rules: {path-keys-no-trailing-slash: error}", "Slashes."), default);
        await bank.Use<TryRuleset>().ExecuteAsync(bank.Admin, 1, default);
        Assert.True(await bank.Use<RulesetRunner>().RunNextAsync(default));
        async Task<(int Total, int Listed)> failing(Actor actor) =>
            await bank.Use<TryRuleset>().NewlyFailingAsync(actor, 1, new(), default) is { } page ? (page.Total, page.Items.Count) : default;

        Assert.Equal((1, 1), await failing(bank.Olivia));
        Assert.Equal((1, 1), await failing(bank.Auditor));
        Assert.Equal((0, 0), await failing(bank.Carla));
    }

    [Fact]
    public async Task A_ruleset_that_blocks_refuses_new_errors_and_lets_old_ones_be()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, Cards);
        await HoldAsync(bank, "block: true\nrules: {path-keys-no-trailing-slash: error, https-only: error}");

        // Its trailing slash was there before.
        Assert.True((await PublishAsync(bank, Cards + " ")).Succeeded);
        var refused = await PublishAsync(bank, Cards.Replace("https://api", "http://api", StringComparison.Ordinal));

        var problem = Assert.Single(refused.Problems);
        Assert.Equal((Guardrails.Blocked, "document"), (problem.Code, problem.Field));
        Assert.Contains("https-only at #/servers/0/url, line 2, column 13", problem.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await bank.Database.ScalarAsync<long>("select count(*) from spec_revision"));
    }

    [Fact]
    public async Task An_override_changes_the_severity_for_one_team_and_classification()
    {
        await using var bank = await WithCardsAsync();
        await HoldAsync(bank, "rules: {path-keys-no-trailing-slash: warn}\noverrides: [{teams: [payments], classifications: [internal], rules: {path-keys-no-trailing-slash: error}}]");

        Assert.Equal(1, (await PublishAsync(bank, Cards)).Value!.Score!.Errors);
    }

    [Fact]
    public async Task A_pipeline_hears_what_publishing_would_find_and_nothing_is_stored()
    {
        await using var bank = await WithCardsAsync();
        Task<Outcome<LintedDocument>> lint(Actor actor, string text) => bank.Use<LintDocument>().ExecuteAsync(actor, "cards", "v1", Encoding.UTF8.GetBytes(text), default);

        Assert.Empty((await lint(bank.Olivia, Cards)).Value!.Refusals);
        var twice = (await lint(bank.Olivia, Cards.Replace("\"get\"", "\"put\":{\"operationId\":\"listCards\"},\"get\"", StringComparison.Ordinal))).Value!;
        Assert.Equal("duplicate_operation_id", Assert.Single(twice.Refusals).Code);
        Assert.Contains(twice.Checked!.Report.Findings, f => f.Rule == "operation-operationId-unique");
        var broken = (await lint(bank.Olivia, "{")).Value!;
        Assert.Equal(("json_syntax", null), (Assert.Single(broken.Refusals).Code, broken.Checked));
        Assert.Equal(Problem.NotFound, Assert.Single((await lint(bank.Carla, Cards)).Problems).Code);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from spec_revision"));
    }

    [Fact]
    public async Task Only_administrators_and_security_officers_change_the_ruleset_and_of_two_at_once_one_is_told()
    {
        await using var bank = await WithCardsAsync();
        foreach (var other in new[] { bank.Olivia, bank.Auditor, bank.Stranger })
        {
            Assert.Equal(Problem.Forbidden, Assert.Single((await bank.Use<WriteRuleset>().ExecuteAsync(other, new("rules: {}", "Why"), default)).Problems).Code);
            Assert.Equal(Problem.Forbidden, Assert.Single((await bank.Use<TryRuleset>().ExecuteAsync(other, 1, default)).Problems).Code);
            Assert.Equal(Problem.Forbidden, Assert.Single((await bank.Use<PutIntoEffect>().ExecuteAsync(other, 1, "Why", default)).Problems).Code);
        }
        Assert.True((await bank.Use<WriteRuleset>().ExecuteAsync(bank.Admin, new("rules: {}", "Why", BasedOn: 0), default)).Succeeded);
        Assert.Equal(Problem.Conflict, Assert.Single((await bank.Use<WriteRuleset>().ExecuteAsync(bank.SecurityOfficer, new("rules: {}", "Why", BasedOn: 0), default)).Problems).Code);
    }

    [Fact]
    public async Task What_was_published_before_there_were_rules_is_caught_up_with_and_a_run_left_unfinished_is_taken_over()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, Cards);
        await bank.Database.ExecuteAsync("delete from spec_finding; delete from spec_score");
        var runner = bank.Use<RulesetRunner>();

        await runner.CatchUpAsync(default);
        await runner.CatchUpAsync(default);
        await bank.Database.ExecuteAsync($"update ruleset_run set state = 'running', told_at = '{bank.Clock.GetUtcNow():O}'");
        Assert.False(await runner.RunNextAsync(default));
        bank.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await runner.RunNextAsync(default));

        Assert.NotNull(await bank.Use<FindingReader>().SummaryAsync(bank.Olivia, "cards", "v1", default));
        await runner.CatchUpAsync(default);
        Assert.False(await runner.RunNextAsync(default));
    }

    [Fact]
    public async Task The_overview_shows_the_worst_APIs_the_most_common_findings_and_the_teams()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, Cards);
        var reader = bank.Use<GuardrailReader>();

        Assert.Equivalent(new { Lines = 1, Failing = 0, Average = 93.0 }, await reader.TotalsAsync(bank.Stranger, null, default));
        Assert.Equal(new GuardrailTotals(0, 0, null), await reader.TotalsAsync(bank.Stranger, "channels", default));
        Assert.Equal("cards", Assert.Single((await reader.WorstAsync(bank.Stranger, "payments", new(), default)).Items).Api);
        Assert.Contains("path-keys-no-trailing-slash", (await reader.MostCommonAsync(bank.Stranger, null, default)).Select(r => r.Rule));
        Assert.Equal("payments", Assert.Single((await reader.TeamsAsync(bank.Stranger, new(), default)).Items).Team);
    }

    private static async Task HoldAsync(Bank bank, string text)
    {
        var ruleset = (await bank.Use<WriteRuleset>().ExecuteAsync(bank.Admin, new(text, "Because."), default)).Value!;
        await bank.Use<TryRuleset>().ExecuteAsync(bank.Admin, ruleset.Number, default);
        await bank.Use<RulesetRunner>().RunNextAsync(default);
        Assert.True((await PutAsync(bank, ruleset.Number)).Succeeded);
        await bank.Use<RulesetRunner>().RunNextAsync(default);
    }

    private static Task<Outcome<RulesetEffect>> PutAsync(Bank bank, int number) => bank.Use<PutIntoEffect>().ExecuteAsync(bank.Admin, number, "Agreed.", default);

    private async Task<Bank> WithCardsAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        Assert.True((await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "Plastic.", Classification.Internal), default)).Succeeded);
        return bank;
    }

    private static Task<Outcome<PublishedSpec>> PublishAsync(Bank bank, string document) =>
        bank.Use<PublishSpec>().ExecuteAsync(bank.Olivia, new("cards", "v1", Encoding.UTF8.GetBytes(document)), default);
}
