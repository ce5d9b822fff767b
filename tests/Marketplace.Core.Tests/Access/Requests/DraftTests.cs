using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

public sealed class DraftTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly EndpointReference GetPayment = new("payments", "v1", "getPayment");
    private static readonly EndpointReference ListCards = new("cards", "v1", "listCards");
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await TwoApis.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task Endpoints_of_several_apis_are_put_together_and_sent_as_one_request()
    {
        var edit = _bank.Use<EditDraft>();
        var number = (await edit.AddAsync(_bank.Dirk, null, [GetPayment], default)).Value;
        Assert.Equal(number, (await edit.AddAsync(_bank.Dirk, number, [ListCards, GetPayment], default)).Value);
        Assert.Equal(["until_missing"], (await SendAsync(number)).Problems.Select(p => p.Code));
        Assert.Equal(number, (await edit.SaveAsync(_bank.Dirk, number, Ready(GetPayment, ListCards), default)).Value);
        Assert.Equal("Cards v1 and Payments v1", Assert.Single((await _bank.Use<DraftReader>().ListAsync(_bank.Dirk, new(), default)).Items).LineTitles);

        var request = (await SendAsync(number)).Value;
        var sent = await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, request, default);
        Assert.Equal(["cards/v1/listCards", "payments/v1/getPayment"], sent!.Items.Select(i => i.Reference.ToString()));
        Assert.Equal(new DateTimeOffset(Day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero), sent.Request.Until);
        Assert.Null(await _bank.Use<DraftReader>().FindAsync(_bank.Dirk, number, default));
        Assert.Equal(0L, await _bank.Database.ScalarAsync<long>("select count(*) from access_draft_item"));
    }

    [Fact]
    public async Task Each_line_is_asked_for_under_the_plan_chosen_for_it()
    {
        foreach (var title in new[] { "Standard", "Gold" })
            Assert.True((await _bank.Use<WritePlan>().AddAsync(_bank.Olivia, "payments", new(title, "", ["production"], [], title == "Standard", new(10, 1, null, null, null, 90)), default)).Succeeded);
        var input = Ready(GetPayment, ListCards) with { Plans = new Dictionary<LineName, string> { [GetPayment.Line] = "gold" } };
        var number = (await _bank.Use<EditDraft>().SaveAsync(_bank.Dirk, null, input, default)).Value;
        var draft = (await _bank.Use<DraftReader>().FindAsync(_bank.Dirk, number, default))!;
        Assert.Equal([null, "gold"], draft.Lines.Select(l => l.Plan));

        Assert.True((await _bank.Use<EditDraft>().SaveAsync(_bank.Dirk, number, input with { Plans = new Dictionary<LineName, string> { [ListCards.Line] = "gold" } }, default)).Succeeded);
        Assert.Equal("plan_unknown", Assert.Single((await SendAsync(number)).Problems).Code);
        Assert.True((await _bank.Use<EditDraft>().SaveAsync(_bank.Dirk, number, input, default)).Succeeded);
        var sent = (await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, (await SendAsync(number)).Value, default))!;
        Assert.Equal([null, "Gold"], sent.Items.Select(i => i.Plan?.Title));
    }

    [Fact]
    public async Task A_draft_is_its_authors_alone_and_reserves_nothing()
    {
        var number = await DraftAsync(GetPayment, ListCards);
        foreach (var other in new[] { _bank.Carla, _bank.Olivia, _bank.Admin, _bank.Auditor })
        {
            Assert.Null(await _bank.Use<DraftReader>().FindAsync(other, number, default));
            Assert.Equal(0, (await _bank.Use<DraftReader>().ListAsync(other, new(), default)).Total);
            foreach (var tried in new[]
            {
                await _bank.Use<EditDraft>().SaveAsync(other, number, Ready(), default), await _bank.Use<EditDraft>().AddAsync(other, number, [GetPayment], default),
                await _bank.Use<EditDraft>().DiscardAsync(other, number, default), await _bank.Use<SendDraft>().ExecuteAsync(other, number, default),
            })
                Assert.Equal(Problem.NotFound, Assert.Single(tried.Problems).Code);
        }

        // Others ask for the same meanwhile, and nobody is asked by the draft.
        Assert.Equal(0L, await _bank.Database.ScalarAsync<long>("select count(*) from inbox_entry"));
        var request = await TwoApis.AskAsync(_bank, GetPayment.ToString());
        Assert.Equal(["already_requested"], (await SendAsync(number)).Problems.Select(p => p.Code));
        Assert.NotNull(await _bank.Use<DraftReader>().FindAsync(_bank.Dirk, number, default));
        Assert.True((await _bank.Use<WithdrawAccessRequest>().ExecuteAsync(_bank.Dirk, request, default)).Succeeded);
        Assert.True((await SendAsync(number)).Succeeded);
    }

    [Fact]
    public async Task What_became_impossible_is_told_when_it_is_sent_and_the_draft_stays()
    {
        var number = await DraftAsync(GetPayment, ListCards);
        await _bank.Database.ExecuteAsync("update operation set removed_in = 2 where key = 'getPayment'");
        Assert.True((await TwoApis.MoveAsync(_bank, _bank.Carla, "cards", Lifecycle.Retired)).Succeeded);
        _bank.Clock.Advance(TimeSpan.FromDays(400));

        Assert.Equal(["until_past", "version_not_open", "operation_unknown"], (await SendAsync(number)).Problems.Select(p => p.Code));
        var draft = await _bank.Use<DraftReader>().FindAsync(_bank.Dirk, number, default);
        Assert.Equal(["Cards v1 False False", "Payments v1 True True"], draft!.Lines.Select(l => $"{l.Title} {l.Open} {l.Endpoints[0].Removed}"));
        // It can be saved as it is, and its endpoints taken out.
        Assert.True((await _bank.Use<EditDraft>().SaveAsync(_bank.Dirk, number, Ready(GetPayment), default)).Succeeded);
        Assert.Single((await _bank.Use<DraftReader>().FindAsync(_bank.Dirk, number, default))!.Lines);
    }

    [Fact]
    public async Task A_draft_sent_twice_at_once_is_one_request()
    {
        var number = await DraftAsync(GetPayment);
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var one = await standstill.BeginAsync(() => SendAsync(number), waiting: 1);
        var other = await standstill.BeginAsync(() => SendAsync(number), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await one).Succeeded);
        Assert.Equal(Problem.Conflict, Assert.Single((await other).Problems).Code);
        Assert.Equal(1L, await _bank.Database.ScalarAsync<long>("select count(*) from access_request"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_draft_is_said_and_nobody_has_more_than_fifty()
    {
        var edit = _bank.Use<EditDraft>();
        Assert.Equal(
            ["justification_length", "application_unknown", "environment_unknown", "operation_unknown"],
            (await edit.SaveAsync(_bank.Dirk, null, new([GetPayment with { Operation = "nope" }], "not-mine", "moon", new string('x', 2001)), default)).Problems.Select(p => p.Code));
        for (var i = 0; i < EditDraft.Maximum; i++)
            Assert.True((await edit.AddAsync(_bank.Dirk, null, [GetPayment], default)).Succeeded);
        Assert.Equal("drafts_too_many", Assert.Single((await edit.AddAsync(_bank.Dirk, null, [GetPayment], default)).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await edit.AddAsync(_bank.Auditor, null, [GetPayment], default)).Problems).Code);
    }

    private DateOnly Day => DateOnly.FromDateTime(_bank.Clock.GetUtcNow().UtcDateTime).AddDays(20);

    private DraftInput Ready(params EndpointReference[] endpoints) => new(endpoints, _bank.App.ClientId, DeploymentEnvironment.Production, "Shows cards beside payments.", Day);

    private async Task<long> DraftAsync(params EndpointReference[] endpoints) => (await _bank.Use<EditDraft>().SaveAsync(_bank.Dirk, null, Ready(endpoints), default)).Value;

    private Task<Outcome<long>> SendAsync(long number) => _bank.Use<SendDraft>().ExecuteAsync(_bank.Dirk, number, default);
}
