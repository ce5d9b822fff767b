using System.Diagnostics;
using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Catalog.Publishing;

public sealed class PublishSpecTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string One = """
        {"openapi":"3.0.3","info":{"title":"Cards","version":"1"},"servers":[{"url":"https://api.bank/cards/v1"}],"paths":{
          "/cards":{"get":{"operationId":"listCards","summary":"List cards","tags":["Cards"]},"post":{"operationId":"orderCard"}},
          "/cards/{id}":{"get":{"operationId":"getCard"}}}}
        """;

    [Fact]
    public async Task An_owner_publishes_a_line_and_it_has_operations_audiences_and_a_policy_revision()
    {
        await using var bank = await WithCardsAsync();

        var published = await PublishAsync(bank, bank.Olivia, One);

        Assert.Equivalent(
            new { Revision = 1, Unchanged = false, Operations = 3, Added = 3, Removed = 0, PolicyRevision = 2L }, published.Value);
        await using var db = await bank.OpenAsync();
        var version = await db.ApiVersions.Include(v => v.Audiences).Include(v => v.Operations).SingleAsync(v => v.Api!.Name == "cards");
        Assert.Equal((Lifecycle.Published, "/cards/v1", 1, 3), (version.Lifecycle, version.BasePath, version.Revision, version.NextBitIndex));
        Assert.Equal(
            ["urn:marketplace:cards:v1:production", "urn:marketplace:cards:v1:sandbox"], version.Audiences.Select(a => a.Uri).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["listCards=0", "orderCard=1", "getCard=2"], version.Operations.OrderBy(o => o.BitIndex).Select(o => $"{o.Key}={o.BitIndex}"));
        Assert.Equal(["Cards"], version.Operations.Single(o => o.Key == "listCards").Tags);
        var revision = await db.SpecRevisions.SingleAsync();
        Assert.Equal((1, "Cards", One, bank.Olivia.Id), (revision.Number, revision.Title, revision.Original, revision.PublishedBy));
        Assert.Equal("spec.published", (await db.AuditEvents.OrderByDescending(e => e.Sequence).FirstAsync()).Action);
    }

    [Fact]
    public async Task A_second_revision_keeps_bits_also_when_a_path_is_renamed()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, bank.Olivia, One);
        var two = One.Replace("/cards/{id}", "/card/{cardId}", StringComparison.Ordinal)
            .Replace("\"operationId\":\"orderCard\"", "\"operationId\":\"requestCard\"", StringComparison.Ordinal);

        var published = await PublishAsync(bank, bank.Olivia, two);

        Assert.Equivalent(new { Revision = 2, Added = 1, Changed = 1, Removed = 1 }, published.Value);
        Assert.Equal(
            ["listCards=0 /cards ", "orderCard=1 /cards 2", "getCard=2 /card/{cardId} ", "requestCard=3 /cards "], await OperationsAsync(bank));
        await PublishAsync(bank, bank.Olivia, One);
        Assert.Equal(
            ["listCards=0 /cards ", "orderCard=1 /cards ", "getCard=2 /cards/{id} ", "requestCard=3 /cards 3"], await OperationsAsync(bank));
    }

    [Fact]
    public async Task The_same_bytes_again_are_no_new_revision()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, bank.Olivia, One);

        var again = await PublishAsync(bank, bank.Oscar, One);

        Assert.Equivalent(new { Revision = 1, Unchanged = true, PolicyRevision = (long?)null }, again.Value);
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from spec_revision"));
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from policy_change where kind = 'published'"));
    }

    [Fact]
    public async Task Only_owners_of_the_team_publish_not_even_the_administrator_does()
    {
        await using var bank = await WithCardsAsync();
        Actor[] others = [bank.Carla, bank.Dirk, bank.Stranger, bank.Admin, bank.SecurityOfficer, bank.Auditor];

        foreach (var other in others)
            Assert.Equal(Problem.NotFound, Assert.Single((await PublishAsync(bank, other, One)).Problems).Code);

        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from spec_revision"));
    }

    [Fact]
    public async Task A_bad_document_leaves_nothing_behind()
    {
        await using var bank = await WithCardsAsync();
        var before = await bank.Database.ScalarAsync<long>("select count(*) from audit_event");

        var outcome = await PublishAsync(bank, bank.Olivia, One.Replace("getCard", "listCards", StringComparison.Ordinal));

        Assert.Equal("duplicate_operation_id", Assert.Single(outcome.Problems).Code);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select (select count(*) from api_version v join api a on a.id = v.api_id where a.name = 'cards') + (select count(*) from spec_revision)"));
        Assert.Equal(before, await bank.Database.ScalarAsync<long>("select count(*) from audit_event"));
    }

    [Fact]
    public async Task A_refused_revision_leaves_the_line_as_it_was()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, bank.Olivia, One);

        var outcome = await PublishAsync(bank, bank.Olivia, One.Replace("\"post\":", "\"put\":", StringComparison.Ordinal));

        Assert.Equal("operation_method_changed", Assert.Single(outcome.Problems).Code);
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select sum(v.revision) from api_version v join api a on a.id = v.api_id where a.name = 'cards'"));
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_one_wins_and_the_other_is_told()
    {
        await using var bank = await WithCardsAsync();
        foreach (var (first, second) in new[] { (One, One + " "), (One + "  ", One + "   ") })
        {
            var outcomes = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(i => Task.Run(() => PublishAsync(bank, i % 2 == 0 ? bank.Olivia : bank.Oscar, i % 2 == 0 ? first : second))));

            var losers = outcomes.Where(o => !o.Succeeded).ToList();
            Assert.All(losers, o => Assert.Equal(Problem.Conflict, Assert.Single(o.Problems).Code));
            var revisions = outcomes.Where(o => o is { Succeeded: true, Value.Unchanged: false }).Select(o => o.Value!.Revision).ToList();
            Assert.NotEmpty(revisions);
            Assert.Equal(revisions.Count, revisions.Distinct().Count());
        }
        Assert.Equal(3L, await bank.Database.ScalarAsync<long>("select count(*) from operation o join api_version v on v.id = o.api_version_id join api a on a.id = v.api_id where a.name = 'cards'"));
    }

    [Fact]
    public async Task Publishing_on_a_revision_that_is_no_longer_the_newest_is_a_conflict()
    {
        await using var bank = await WithCardsAsync();
        await PublishAsync(bank, bank.Olivia, One);

        var late = await bank.Use<PublishSpec>().ExecuteAsync(bank.Oscar, new("cards", "v1", Encoding.UTF8.GetBytes(One + "\n"), BasedOn: 0), default);

        Assert.Equal(Problem.Conflict, Assert.Single(late.Problems).Code);
    }

    [Fact]
    public async Task Thousands_of_operations_are_published_in_seconds()
    {
        await using var bank = await WithCardsAsync();
        var paths = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"/things/{i}/{{id}}\":{{\"get\":{{\"operationId\":\"getThing{i}\",\"summary\":\"Get thing {i}\"}}}}"));
        var document = $$$"""{"openapi":"3.1.0","info":{"title":"Things","version":"1"},"paths":{ {{{paths}}} } }""";
        var clock = Stopwatch.StartNew();

        var published = await PublishAsync(bank, bank.Olivia, document);

        Assert.Equal(5000, published.Value!.Added);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Busy.Allow(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_draft_stays_a_draft_until_it_is_published_as_more()
    {
        await using var bank = await WithCardsAsync();
        var draft = await bank.Use<PublishSpec>().ExecuteAsync(bank.Olivia, new("cards", "v2", Encoding.UTF8.GetBytes(One), AsDraft: true), default);
        Assert.Equal("still_draft", Assert.Single(draft.Value!.Warnings).Code);
        Assert.Equal("draft", await bank.Database.ScalarAsync<string>("select lifecycle from api_version where version = 'v2'"));

        await bank.Use<PublishSpec>().ExecuteAsync(bank.Olivia, new("cards", "v2", Encoding.UTF8.GetBytes(One + " ")), default);

        Assert.Equal("published", await bank.Database.ScalarAsync<string>("select lifecycle from api_version where version = 'v2'"));
    }

    [Fact]
    public async Task An_API_is_made_by_an_owner_of_its_team_under_a_name_of_its_own()
    {
        await using var bank = await WithCardsAsync();
        var input = new CreateApiInput("payments", "Cards!", " ", new string('x', 1001), (Classification)9);

        Assert.Equal(
            ["title_length", "summary_length", "classification_unknown", "team_unknown", "name_invalid"],
            (await bank.Use<CreateApi>().ExecuteAsync(bank.Carla, input, default)).Problems.Select(p => p.Code));
        Assert.Equal(
            ["name_taken"],
            (await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, Cards, default)).Problems.Select(p => p.Code));
    }

    private static CreateApiInput Cards => new("payments", "cards", "Cards", "Plastic.", Classification.Internal);

    private async Task<Bank> WithCardsAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        Assert.True((await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, Cards, default)).Succeeded);
        return bank;
    }

    private static Task<Outcome<PublishedSpec>> PublishAsync(Bank bank, Actor actor, string document) =>
        bank.Use<PublishSpec>().ExecuteAsync(actor, new("cards", "v1", Encoding.UTF8.GetBytes(document), OverrideReason: "What breaks is told elsewhere."), default);

    private static async Task<List<string>> OperationsAsync(Bank bank)
    {
        await using var db = await bank.OpenAsync();
        return await db.Operations.Where(o => o.ApiVersion!.Api!.Name == "cards").OrderBy(o => o.BitIndex)
            .Select(o => $"{o.Key}={o.BitIndex} {o.Path} {o.RemovedIn}").ToListAsync();
    }
}
