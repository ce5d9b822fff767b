using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog;

public sealed class CatalogReaderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_API_shows_its_owners_and_the_lines_that_its_reader_may_see()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var reader = bank.Use<CatalogReader>();

        var forStranger = await reader.FindApiAsync(bank.Stranger, "cards", default);
        var forOwner = await reader.FindApiAsync(bank.Olivia, "cards", default);

        Assert.Equal(["v1 Published 4"], forStranger!.Versions.Select(v => $"{v.Version} {v.Lifecycle} {v.Operations}"));
        Assert.Equal(["v2 Draft 4", "v1 Published 4"], forOwner!.Versions.Select(v => $"{v.Version} {v.Lifecycle} {v.Operations}"));
        Assert.Equal(["Olivia Owner", "Oscar Owner"], forStranger.Owners);
        Assert.Equal((false, true), (forStranger.MayPublish, forOwner.MayPublish));
        Assert.Null(await reader.FindApiAsync(bank.Olivia, "nothing", default));
    }

    [Fact]
    public async Task A_draft_does_not_exist_for_others_in_any_read()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var reader = bank.Use<CatalogReader>();

        Assert.NotNull(await reader.FindVersionAsync(bank.Oscar, "cards", "v2", default));
        Assert.NotNull(await reader.FindVersionAsync(bank.Auditor, "cards", "v2", default));
        Assert.Null(await reader.FindVersionAsync(bank.Stranger, "cards", "v2", default));
        Assert.Null(await reader.OperationsAsync(bank.Stranger, "cards", "v2", new(), new(), default));
        Assert.Null(await reader.RevisionsAsync(bank.Stranger, "cards", "v2", new(), default));
        Assert.Null(await reader.DocumentAsync(bank.Stranger, "cards", "v2", null, false, default));
    }

    [Fact]
    public async Task An_API_with_nothing_but_drafts_does_not_exist_for_others()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "secret-plan", "Secret plan", "", Classification.Restricted), default);

        Assert.Null(await bank.Use<CatalogReader>().FindApiAsync(bank.Stranger, "secret-plan", default));
        Assert.NotNull(await bank.Use<CatalogReader>().FindApiAsync(bank.Oscar, "secret-plan", default));
    }

    [Fact]
    public async Task A_line_shows_its_newest_document()
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var line = await bank.Use<CatalogReader>().FindVersionAsync(bank.Stranger, "cards", "v1", default);

        Assert.Equivalent(
            new { BasePath = "/cards/v1", Operations = 4, Revision = 1, DocumentTitle = "Cards", DocumentVersion = "1.4", Openapi = "3.0.3", PublishedBy = "Olivia Owner" }, line);
        Assert.Equal(["Cards", "Limits", "Ordering"], line!.Tags);
        Assert.Equal("urn:marketplace:cards:v1:sandbox", line.Audiences["sandbox"]);
    }

    [Theory]
    [InlineData(null, null, null, 4)]
    [InlineData("LIMIT", null, null, 1)]
    [InlineData("%", null, null, 0)]
    [InlineData("{cardId}", null, null, 1)]
    [InlineData(null, "GET", null, 2)]
    [InlineData(null, null, "Cards", 2)]
    [InlineData("card", "POST", "Cards", 1)]
    public async Task Operations_of_a_line_are_filtered(string? text, string? method, string? tag, int count)
    {
        await using var bank = await Cards.OpenAsync(postgres);

        var page = await bank.Use<CatalogReader>().OperationsAsync(bank.Stranger, "cards", "v1", new(text, method, tag), new PageRequest(1, 1), default);

        Assert.Equal(count, page!.Total);
        Assert.Equal(Math.Min(count, 1), page.Items.Count);
    }

    [Fact]
    public async Task Every_revision_can_be_read_as_given_and_as_JSON()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var second = Cards.V1 + "\n# second\n";
        await Cards.PublishAsync(bank, "v1", second);
        var reader = bank.Use<CatalogReader>();

        var newest = await reader.DocumentAsync(bank.Stranger, "cards", "v1", null, original: true, default);
        var first = await reader.DocumentAsync(bank.Stranger, "cards", "v1", 1, original: true, default);
        var json = await reader.DocumentAsync(bank.Stranger, "cards", "v1", 2, original: false, default);
        var revisions = await reader.RevisionsAsync(bank.Stranger, "cards", "v1", new(), default);

        Assert.Equal((second, DocumentFormat.Yaml, 2), (newest!.Text, newest.Format, newest.Number));
        Assert.Equal((Cards.V1, 1), (first!.Text, first.Number));
        Assert.StartsWith("{\"openapi\":\"3.0.3\"", json!.Text, StringComparison.Ordinal);
        Assert.Equal(DocumentFormat.Json, json.Format);
        Assert.Equal([(2, newest.Sha256), (1, first.Sha256)], revisions!.Items.Select(r => (r.Number, r.Sha256)));
        Assert.Null(await reader.DocumentAsync(bank.Stranger, "cards", "v1", 3, true, default));
    }

    [Fact]
    public async Task A_line_moves_forward_through_its_lifecycle_and_data_planes_are_told()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var before = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        var change = new ChangeVersionInput("cards", "v1", Lifecycle.Deprecated, bank.Clock.GetUtcNow().AddDays(90), "/cards/v1/", new Dictionary<string, string> { ["production"] = "https://cards.bank/" });

        var outcome = await bank.Use<ChangeVersion>().ExecuteAsync(bank.Oscar, change, default);

        Assert.Empty(outcome.Problems);
        var line = await bank.Use<CatalogReader>().FindVersionAsync(bank.Stranger, "cards", "v1", default);
        Assert.Equal((Lifecycle.Deprecated, "/cards/v1", "https://cards.bank/", "urn:marketplace:cards:v1:sandbox"), (line!.Lifecycle, line.BasePath, line.Audiences["production"], line.Audiences["sandbox"]));
        Assert.Equal(before + 1, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<ChangeVersion>().ExecuteAsync(bank.Stranger, change, default)).Problems).Code);
    }

    [Fact]
    public async Task Every_wrong_setting_of_a_line_is_told_at_once()
    {
        await using var bank = await Cards.OpenAsync(postgres);
        var change = new ChangeVersionInput("cards", "v1", Lifecycle.Draft, null, "/a/../b", new Dictionary<string, string> { ["moon"] = "urn:x", ["sandbox"] = "no uri" });

        Assert.Equal(
            ["lifecycle_backwards", "base_path_invalid", "environment_unknown", "audience_invalid"],
            (await bank.Use<ChangeVersion>().ExecuteAsync(bank.Olivia, change, default)).Problems.Select(p => p.Code));
        var taken = change with { Lifecycle = Lifecycle.Published, BasePath = "", Audiences = new Dictionary<string, string> { ["sandbox"] = "urn:bank:payments" } };
        Assert.Equal(1, await bank.Database.ExecuteAsync("update audience set uri = 'urn:bank:payments' where uri = 'urn:marketplace:payments:v1:sandbox'"));
        Assert.Equal("audience_taken", Assert.Single((await bank.Use<ChangeVersion>().ExecuteAsync(bank.Olivia, taken, default)).Problems).Code);
    }
}
