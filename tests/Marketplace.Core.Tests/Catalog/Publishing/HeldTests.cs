using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Core.Tests.Catalog.Changes;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Publishing;

/// <summary>Two who change the same thing at once: what one decided by still holds when it is done, or it is told so.</summary>
public sealed class HeldTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string Next = CardsLine.One.Replace("\"version\":\"1\"", "\"version\":\"2\"", StringComparison.Ordinal);

    [Fact]
    public async Task A_request_submitted_just_before_its_line_retires_is_denied_with_the_others()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var submitted = await standstill.BeginAsync(() => SubmitAsync(bank), waiting: 1);
        var retired = await standstill.BeginAsync(() => RetireAsync(bank, "payments"), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await retired).Succeeded);
        var request = await bank.Use<AccessRequestReader>().FindAsync(bank.Dirk, (await submitted).Value, default);
        Assert.Equal((RequestStatus.Decided, Decision.Denied), (request!.Request.Status, Assert.Single(request.Items).Decision));
    }

    [Fact]
    public async Task A_request_submitted_while_its_line_retires_is_refused()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var retired = await standstill.BeginAsync(() => RetireAsync(bank, "payments"), waiting: 1);
        var submitted = await standstill.BeginAsync(() => SubmitAsync(bank), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await retired).Succeeded);
        Assert.Equal("version_not_open", Assert.Single((await submitted).Problems).Code);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from access_request"));
    }

    [Fact]
    public async Task A_request_approved_while_its_line_retires_grants_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var retired = await standstill.BeginAsync(() => RetireAsync(bank, "payments"), waiting: 1);
        var approved = await standstill.BeginAsync(() => ApproveAsync(bank, number), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await retired).Succeeded);
        Assert.Equal("already_decided", (await approved).Problems[0].Code);
        Assert.Empty(await bank.GrantsAsync());
    }

    [Fact]
    public async Task A_line_does_not_retire_over_a_grant_that_is_being_given()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var approved = await standstill.BeginAsync(() => ApproveAsync(bank, number), waiting: 1);
        var retired = await standstill.BeginAsync(() => RetireAsync(bank, "payments"), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await approved).Succeeded);
        Assert.Equal("lifecycle_deprecate_first", Assert.Single((await retired).Problems).Code);
    }

    [Fact]
    public async Task Nobody_approves_for_an_API_that_is_just_given_away()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var moved = await standstill.BeginAsync(() => bank.Use<TransferApi>().MoveAsync(bank.Admin, "payments", "channels", "The team is no more.", default), waiting: 1);
        var approved = await standstill.BeginAsync(() => ApproveAsync(bank, number), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await moved).Succeeded);
        Assert.Equal(Problem.NotFound, Assert.Single((await approved).Problems).Code);
    }

    [Fact]
    public async Task Nothing_is_published_on_a_line_that_is_just_retired()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var retired = await standstill.BeginAsync(() => RetireAsync(bank, "cards"), waiting: 1);
        var published = await standstill.BeginAsync(() => CardsLine.PublishAsync(bank, Next), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await retired).Succeeded);
        Assert.Equal("version_retired", Assert.Single((await published).Problems).Code);
        Assert.Equal(1L, await RevisionsAsync(bank));
    }

    [Fact]
    public async Task Nothing_is_published_for_a_team_that_has_just_given_the_API_away()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var moved = await standstill.BeginAsync(() => bank.Use<TransferApi>().MoveAsync(bank.Admin, "cards", "channels", "The team is no more.", default), waiting: 1);
        var published = await standstill.BeginAsync(() => CardsLine.PublishAsync(bank, Next), waiting: 2);
        var deprecated = await standstill.BeginAsync(() => MoveAsync(bank, "cards", Lifecycle.Deprecated), waiting: 3);
        await standstill.LetGoAsync();

        Assert.True((await moved).Succeeded);
        Assert.Equal(Problem.NotFound, Assert.Single((await published).Problems).Code);
        Assert.Equal(Problem.NotFound, Assert.Single((await deprecated).Problems).Code);
        Assert.Equal(1L, await RevisionsAsync(bank));
    }

    [Fact]
    public async Task A_deprecation_and_a_revision_at_once_both_come_to_stand()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var published = await standstill.BeginAsync(() => CardsLine.PublishAsync(bank, Next), waiting: 1);
        var deprecated = await standstill.BeginAsync(() => MoveAsync(bank, "cards", Lifecycle.Deprecated), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await published).Succeeded);
        Assert.True((await deprecated).Succeeded);
        Assert.Equal("deprecated 2", await bank.Database.ScalarAsync<string>("select lifecycle || ' ' || v.revision from api_version v join api a on a.id = v.api_id where a.name = 'cards'"));
    }

    [Fact]
    public async Task Of_many_who_publish_on_the_same_revision_one_wins_and_each_other_is_told()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        const int publishers = 12;
        // A known line, then one that all of them open.
        foreach (var (version, rounds) in new[] { ("v1", 4), ("v2", 1) })
        {
            for (var round = 0; round < rounds; round++)
            {
                var seen = await RevisionsAsync(bank, version);
                using var start = new Barrier(publishers);
                var outcomes = await Task.WhenAll(Enumerable.Range(0, publishers).Select(i => Task.Factory.StartNew(
                    () =>
                    {
                        start.SignalAndWait();
                        return bank.Use<PublishSpec>().ExecuteAsync(
                            i % 2 == 0 ? bank.Olivia : bank.Oscar,
                            new("cards", version, Encoding.UTF8.GetBytes(Next + new string(' ', (round * publishers) + i)), BasedOn: (int)seen), default);
                    },
                    TaskCreationOptions.LongRunning).Unwrap()));

                Assert.Equal(seen + 1, Assert.Single(outcomes, o => o.Succeeded).Value!.Revision);
                Assert.All(outcomes.Where(o => !o.Succeeded), o => Assert.Equal(Problem.Conflict, Assert.Single(o.Problems).Code));
                Assert.Equal(seen + 1, await RevisionsAsync(bank, version));
            }
        }
        Assert.Equal(6L, await bank.Database.ScalarAsync<long>("select count(*) from audit_event where action = 'spec.published'"));
    }

    [Fact]
    public async Task The_same_request_sent_four_times_at_once_is_one()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var standstill = await Standstill.BeginAsync(bank.Database);
        var sent = new List<Task<Outcome<long>>>();
        for (var i = 1; i <= 4; i++)
            sent.Add(await standstill.BeginAsync(() => SubmitAsync(bank), waiting: i));
        await standstill.LetGoAsync();

        var outcomes = await Task.WhenAll(sent);

        Assert.Single(outcomes, o => o.Succeeded);
        Assert.All(outcomes.Where(o => !o.Succeeded), o => Assert.Equal("already_requested", Assert.Single(o.Problems).Code));
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from access_request"));
    }

    private static Task<Outcome<long>> SubmitAsync(Bank bank) => bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default);

    private static Task<Outcome<DecidedRequest>> ApproveAsync(Bank bank, long number) =>
        bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, number, [new("getPayment", true, null)], default);

    private static Task<Outcome<ApiVersion>> RetireAsync(Bank bank, string api) => MoveAsync(bank, api, Lifecycle.Retired);

    private static Task<Outcome<ApiVersion>> MoveAsync(Bank bank, string api, Lifecycle to) => bank.Use<ChangeVersion>().ExecuteAsync(
        bank.Oscar, new(api, "v1", to, to is Lifecycle.Deprecated ? bank.Clock.GetUtcNow().AddDays(90) : null, ""), default);

    private static Task<long> RevisionsAsync(Bank bank, string version = "v1") => bank.Database.ScalarAsync<long>(
        $"select count(*) from spec_revision r join api_version v on v.id = r.api_version_id join api a on a.id = v.api_id where a.name = 'cards' and v.version = '{version}'");
}
