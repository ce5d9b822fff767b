using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.People;
using Marketplace.Core.Tests.Catalog.Changes;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Access.Requests;

/// <summary>Two who do different things to one request at once: one outcome, and the other is told what became of it.</summary>
public sealed class RequestRaceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await CardsLine.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_an_approval_and_a_withdrawal_the_first_holds(bool approvedFirst)
    {
        var number = await _bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        Func<Task<IReadOnlyList<Problem>>> approve = () => DecideAsync(_bank.Olivia, number, true), withdraw = () => WithdrawAsync(_bank.Dirk, number);
        var first = await standstill.BeginAsync(approvedFirst ? approve : withdraw, waiting: 1);
        var second = await standstill.BeginAsync(approvedFirst ? withdraw : approve, waiting: 2);
        await standstill.LetGoAsync();

        Assert.Empty(await first);
        Assert.Equal(approvedFirst ? "already_decided" : "request_withdrawn", Assert.Single(await second).Code);
        Assert.Equal(approvedFirst ? 1 : 0, (await _bank.GrantsAsync()).Count);
        Assert.Equal(1L, await EventsAsync("access_request.decided", "access_request.withdrawn"));
    }

    [Fact]
    public async Task Of_an_approval_and_a_denial_the_first_holds()
    {
        var number = await _bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var denied = await standstill.BeginAsync(() => DecideAsync(_bank.Oscar, number, false), waiting: 1);
        var approved = await standstill.BeginAsync(() => DecideAsync(_bank.Olivia, number, true), waiting: 2);
        await standstill.LetGoAsync();

        Assert.Empty(await denied);
        Assert.Equal("already_decided", Assert.Single(await approved).Code);
        Assert.Empty(await _bank.GrantsAsync());
    }

    [Fact]
    public async Task A_request_is_withdrawn_once()
    {
        var number = await _bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var one = await standstill.BeginAsync(() => WithdrawAsync(_bank.Dirk, number), waiting: 1);
        var other = await standstill.BeginAsync(() => WithdrawAsync(_bank.Carla, number), waiting: 2);
        await standstill.LetGoAsync();

        Assert.Empty(await one);
        Assert.Equal("already_decided", Assert.Single(await other).Code);
        Assert.Equal(1L, await EventsAsync("access_request.withdrawn"));
    }

    [Fact]
    public async Task Nothing_is_granted_to_an_application_that_is_just_stopped_and_nothing_is_asked_for_it()
    {
        var number = await _bank.RequestAsync("getPayment");
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var stopped = await standstill.BeginAsync(
            () => _bank.Use<DisableApplication>().ExecuteAsync(_bank.SecurityOfficer, _bank.App.ClientId, true, "Incident.", default), waiting: 1);
        var approved = await standstill.BeginAsync(() => DecideAsync(_bank.Olivia, number, true), waiting: 2);
        var asked = await standstill.BeginAsync(() => _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input("listPayments"), default), waiting: 3);
        await standstill.LetGoAsync();

        Assert.True((await stopped).Succeeded);
        Assert.Equal("application_disabled", Assert.Single(await approved).Code);
        Assert.Equal("application_disabled", Assert.Single((await asked).Problems).Code);
        Assert.Empty(await _bank.GrantsAsync());
    }

    [Fact]
    public async Task An_endpoint_that_is_just_taken_out_of_the_document_is_neither_granted_nor_asked_for()
    {
        var asked = await _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, Cards("getCard"), default);
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var published = await standstill.BeginAsync(() => CardsLine.PublishAsync(_bank, CardsLine.WithoutGetCard, "It was never meant to be there."), waiting: 1);
        var approved = await standstill.BeginAsync(() => DecideAsync(_bank.Oscar, asked.Value, true, "getCard"), waiting: 2);
        var another = await standstill.BeginAsync(
            () => _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, Cards("getCard") with { Environment = "sandbox" }, default), waiting: 3);
        await standstill.LetGoAsync();

        Assert.True((await published).Succeeded, string.Join("; ", (await published).Problems));
        Assert.Equal("operation_removed", Assert.Single(await approved).Code);
        Assert.Equal("operation_unknown", Assert.Single((await another).Problems).Code);
        // What cannot be granted any more can be denied.
        Assert.Empty(await DecideAsync(_bank.Oscar, asked.Value, false, "getCard"));
    }

    [Fact]
    public async Task An_end_date_that_passes_while_a_decision_waits_is_judged_when_its_turn_comes()
    {
        var number = await _bank.RequestAsync("getPayment");
        await using var connection = await _bank.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"select 1 from access_request where number = {number} for update", connection, transaction))
            await command.ExecuteNonQueryAsync();
        var approved = DecideAsync(_bank.Olivia, number, true);
        await Eventually.HoldsAsync(async () => await _bank.Database.ScalarAsync<long>("select count(*) from pg_locks where not granted") > 0, TimeSpan.FromSeconds(20));
        _bank.Clock.Advance(TimeSpan.FromDays(31));
        await transaction.RollbackAsync();

        Assert.Equal("request_expired", Assert.Single(await approved).Code);
        Assert.Empty(await _bank.GrantsAsync());
    }

    [Fact]
    public async Task An_endpoint_asked_for_by_two_at_once_in_different_requests_waits_in_one()
    {
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        var one = await standstill.BeginAsync(() => _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Dirk, _bank.Input("getPayment", "listPayments"), default), waiting: 1);
        var other = await standstill.BeginAsync(() => _bank.Use<SubmitAccessRequest>().ExecuteAsync(_bank.Carla, _bank.Input("listPayments", "createPayment"), default), waiting: 2);
        await standstill.LetGoAsync();

        var first = (await one).Value;
        Assert.Equal($"listPayments is already asked for in request {first}.", Assert.Single((await other).Problems).Message);
        Assert.Equal(2L, await _bank.Database.ScalarAsync<long>("select count(*) from access_request_item"));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, "payments")]
    [InlineData(false, null)]
    public async Task Of_a_renewal_and_a_revocation_of_everything_nothing_stands_afterwards(bool renewedFirst, string? api)
    {
        await _bank.GrantAsync("getPayment", "listPayments");
        var number = await _bank.RequestAsync("getPayment");
        GrantScope scope = api is null ? new(_bank.App.ClientId) : new(Api: api);
        await using var standstill = await Standstill.BeginAsync(_bank.Database);
        Func<Task<IReadOnlyList<Problem>>> renew = () => DecideAsync(_bank.Olivia, number, true);
        Func<Task<IReadOnlyList<Problem>>> revoke = async () => (await _bank.Use<EndGrants>().ExecuteAsync(_bank.SecurityOfficer, scope, null, "Incident.", default)).Problems;
        var first = await standstill.BeginAsync(renewedFirst ? renew : revoke, waiting: 1);
        var second = await standstill.BeginAsync(renewedFirst ? revoke : renew, waiting: 2);
        await standstill.LetGoAsync();

        Assert.Empty(await first);
        Assert.Empty(await second);
        Assert.DoesNotContain(await _bank.GrantsAsync(), g => g.State == GrantState.Active);
    }

    private AccessRequestInput Cards(params string[] operations) =>
        new(_bank.App.ClientId, "cards", "v1", DeploymentEnvironment.Production, operations, "Shows cards to customers.", _bank.Clock.GetUtcNow().AddDays(30));

    private async Task<IReadOnlyList<Problem>> DecideAsync(Actor owner, long number, bool approve, string operation = "getPayment") =>
        (await _bank.Use<DecideAccessRequest>().ExecuteAsync(owner, number, [new(operation, approve, approve ? null : "No.")], default)).Problems;

    private async Task<IReadOnlyList<Problem>> WithdrawAsync(Actor member, long number) =>
        (await _bank.Use<WithdrawAccessRequest>().ExecuteAsync(member, number, default)).Problems;

    private Task<long> EventsAsync(params string[] actions) =>
        _bank.Database.ScalarAsync<long>($"select count(*) from audit_event where action in ('{string.Join("', '", actions)}')");
}
