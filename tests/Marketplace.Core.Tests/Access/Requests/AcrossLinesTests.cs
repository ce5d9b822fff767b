using Marketplace.Core.Access;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

/// <summary>One request for endpoints of two APIs.</summary>
public sealed class AcrossLinesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string GetPayment = "payments/v1/getPayment";
    private const string CreatePayment = "payments/v1/createPayment";
    private const string ListCards = "cards/v1/listCards";
    private const string CardsOfSameKey = "cards/v1/getPayment";
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await TwoApis.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task Each_team_is_asked_for_its_own_endpoints_and_the_request_is_decided_when_all_are()
    {
        var number = await TwoApis.AskAsync(_bank, GetPayment, ListCards, CreatePayment);
        Assert.Equal("Mobile app asks for 2 endpoints of Payments v1", await ToldAsync(_bank.Olivia));
        Assert.Equal("Mobile app asks for 1 endpoint of Cards v1", await ToldAsync(_bank.Carla));
        var requests = _bank.Use<AccessRequestReader>();
        Assert.Equal(
            ["Cards v1 of CHANNELS: 1", "Payments v1 of PAYMENTS: 2"],
            Assert.Single((await requests.InboxAsync(_bank.Olivia, new(), default)).Items).Lines.Select(l => $"{l.Title} of {l.TeamTitle}: {l.Operations}"));

        // Each sees all of it and may decide what is theirs.
        var seen = await requests.FindAsync(_bank.Olivia, number, default);
        Assert.Equal((3, 2), (seen!.Items.Count, seen.Items.Count(i => i.MayDecide)));
        Assert.Equal(["Carla Channels", "Olivia Owner", "Oscar Owner"], seen.Deciders.Order());
        Assert.Equal(
            Problem.Forbidden, Assert.Single((await TwoApis.DecideAsync(_bank, _bank.Olivia, number, new OperationDecision("listCards", true, null))).Problems).Code);

        var first = await TwoApis.DecideAsync(_bank, _bank.Olivia, number, new("getPayment", true, null), new("createPayment", false, "Read first."));
        Assert.Equal((1, 1, 1), (first.Value!.Approved, first.Value.Denied, first.Value.StillPending));
        Assert.Equal(0, await requests.InboxCountAsync(_bank.Olivia, default));
        Assert.Equal(1, await requests.InboxCountAsync(_bank.Carla, default));
        Assert.Equal(["Carla Channels"], (await requests.FindAsync(_bank.Dirk, number, default))!.Deciders);

        var second = await TwoApis.DecideAsync(_bank, _bank.Carla, number, new OperationDecision("listCards", true, null));
        Assert.Equal(0, second.Value!.StillPending);
        Assert.Equal(RequestStatus.Decided, (await requests.FindAsync(_bank.Dirk, number, default))!.Request.Status);
        Assert.Equal("cards listCards, payments getPayment", await OpenGrantsAsync());
        foreach (var (owner, line) in new[] { (_bank.Olivia, "payments"), (_bank.Carla, "cards") })
            Assert.Equal((1, 0), await CountsAsync(owner, line));
        foreach (var reader in new[] { _bank.Olivia, _bank.Carla, _bank.Dirk })
            Assert.Contains((await _bank.Use<AuditReader>().ListAsync(reader, new(), new(), default)).Items, e => e.Action == "access_request.submitted");
    }

    [Fact]
    public async Task Endpoints_of_one_key_are_told_apart_by_whose_they_are_or_by_their_line()
    {
        var number = await TwoApis.AskAsync(_bank, GetPayment, CardsOfSameKey);
        Assert.True((await TwoApis.DecideAsync(_bank, _bank.Olivia, number, new OperationDecision("getPayment", true, null))).Succeeded);
        Assert.Equal("payments getPayment", await OpenGrantsAsync());

        Assert.True((await _bank.Use<WithdrawAccessRequest>().ExecuteAsync(_bank.Dirk, number, default)).Succeeded);
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Carla, new("channels", "olivia", TeamRole.Owner), default);
        var another = await TwoApis.AskAsync(_bank, GetPayment, CardsOfSameKey);
        Assert.Equal(
            "operation_ambiguous", Assert.Single((await TwoApis.DecideAsync(_bank, _bank.Olivia, another, new OperationDecision("getPayment", true, null))).Problems).Code);
        Assert.True((await TwoApis.DecideAsync(_bank, _bank.Olivia, another, new OperationDecision("getPayment", true, null, new("cards", "v1")))).Succeeded);
        Assert.Equal("cards getPayment, payments getPayment", await OpenGrantsAsync());
    }

    [Fact]
    public async Task A_line_that_retires_ends_its_own_part_and_the_other_waits_on()
    {
        var number = await TwoApis.AskAsync(_bank, GetPayment, ListCards);
        Assert.True((await TwoApis.MoveAsync(_bank, _bank.Carla, "cards", Lifecycle.Retired)).Succeeded);

        var request = await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, number, default);
        Assert.Equal(RequestStatus.Pending, request!.Request.Status);
        Assert.Equal(["listCards Denied Cards v1 was retired.", "getPayment Pending "], request.Items.Select(i => $"{i.Operation} {i.Decision} {i.Reason}"));
        Assert.True((await TwoApis.DecideAsync(_bank, _bank.Olivia, number, new OperationDecision("getPayment", true, null))).Succeeded);
        Assert.Equal(RequestStatus.Decided, (await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, number, default))!.Request.Status);
    }

    [Fact]
    public async Task Two_lines_that_retire_at_once_close_the_request_between_them()
    {
        var number = await TwoApis.AskAsync(_bank, GetPayment, ListCards);
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var cards = await standstill.BeginAsync(() => TwoApis.MoveAsync(_bank, _bank.Carla, "cards", Lifecycle.Retired), waiting: 1);
        var payments = await standstill.BeginAsync(() => TwoApis.MoveAsync(_bank, _bank.Olivia, "payments", Lifecycle.Retired), waiting: 2);
        await standstill.LetGoAsync();

        Assert.True((await cards).Succeeded);
        Assert.True((await payments).Succeeded);
        var request = await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, number, default);
        Assert.Equal((RequestStatus.Decided, 2), (request!.Request.Status, request.Request.Denied));
    }

    [Fact]
    public async Task Both_owners_who_decide_their_parts_at_once_are_heard_and_one_of_them_closes_it()
    {
        var number = await TwoApis.AskAsync(_bank, GetPayment, ListCards);
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var olivia = await standstill.BeginAsync(() => TwoApis.DecideAsync(_bank, _bank.Olivia, number, new OperationDecision("getPayment", true, null)), waiting: 1);
        var carla = await standstill.BeginAsync(() => TwoApis.DecideAsync(_bank, _bank.Carla, number, new OperationDecision("listCards", false, "Not yet.")), waiting: 2);
        await standstill.LetGoAsync();

        Assert.Equal(1, (await olivia).Value!.StillPending);
        Assert.Equal(0, (await carla).Value!.StillPending);
        Assert.Equal(RequestStatus.Decided, (await _bank.Use<AccessRequestReader>().FindAsync(_bank.Dirk, number, default))!.Request.Status);
    }

    [Fact]
    public async Task Nobody_waits_in_a_circle_whatever_is_asked_decided_and_changed_at_once()
    {
        string[] forwards = [GetPayment, ListCards], backwards = [CardsOfSameKey, CreatePayment];
        for (var round = 0; round < 6; round++)
        {
            var (one, two) = (await TwoApis.AskAsync(_bank, forwards), await TwoApis.AskAsync(_bank, backwards));
            var to = round % 2 == 0 ? Lifecycle.Deprecated : Lifecycle.Published;
            using var start = new Barrier(6);
            var outcomes = await Task.WhenAll(
                Begin(() => Problems(TwoApis.DecideAsync(_bank, _bank.Olivia, one, new OperationDecision("getPayment", true, null))), start),
                Begin(() => Problems(TwoApis.DecideAsync(_bank, _bank.Carla, two, new OperationDecision("getPayment", true, null))), start),
                Begin(() => Problems(_bank.Use<WithdrawAccessRequest>().ExecuteAsync(_bank.Dirk, one, default)), start),
                Begin(() => Problems(_bank.Use<WithdrawAccessRequest>().ExecuteAsync(_bank.Carla, two, default)), start),
                Begin(() => Problems(TwoApis.MoveAsync(_bank, _bank.Oscar, "payments", to)), start),
                Begin(() => Problems(TwoApis.MoveAsync(_bank, _bank.Carla, "cards", to)), start));

            // Withdrawn first, the decision is refused; else both hold. A change of the line always goes through.
            Assert.All(outcomes[..2], p => Assert.True(p is [] or [{ Code: "request_withdrawn" }], string.Join("; ", p)));
            Assert.All(outcomes[2..], p => Assert.Empty(p));
        }
    }

    private static Task<IReadOnlyList<Problem>> Begin(Func<Task<IReadOnlyList<Problem>>> change, Barrier start) => Task.Factory.StartNew(
        () =>
        {
            start.SignalAndWait();
            return change();
        },
        TaskCreationOptions.LongRunning).Unwrap();

    private static async Task<IReadOnlyList<Problem>> Problems<T>(Task<Outcome<T>> change) => (await change).Problems;

    private async Task<string?> ToldAsync(Actor person) => (await _bank.Use<InboxReader>().ListAsync(person, false, new(), default)).Items[0].Subject;

    private async Task<(int Grants, int Pending)> CountsAsync(Actor reader, string api) =>
        await _bank.Use<ConsumerReader>().CountsAsync(reader, api, "v1", default) is { } counts ? (counts.Grants, counts.PendingRequests) : default;

    private Task<string?> OpenGrantsAsync() => _bank.Database.ScalarAsync<string>(
        """
        select string_agg(a.name || ' ' || o.key, ', ' order by a.name, o.key) from access_grant g join operation o on o.id = g.operation_id
          join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id where g.ended_at is null and o.api_version_id = v.id
        """);
}
