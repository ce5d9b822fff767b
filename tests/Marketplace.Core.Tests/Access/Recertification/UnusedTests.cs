using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Recertification.Unused;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Access.Recertification;

public sealed class UnusedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_was_not_called_for_90_days_is_listed_for_both_sides_and_for_who_reads_everything()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        foreach (var reader in new[] { bank.Olivia, bank.Dirk, bank.Auditor })
        {
            var row = Assert.Single(await ListAsync(bank, reader));
            Assert.Equal(("Mobile app", 2, 4), (row.Application, row.Endpoints, row.Held));
            Assert.Equal((reader == bank.Olivia, reader == bank.Dirk), (row.IsOwner, row.IsMine));
            Assert.Equal(["createPayment", "getPayment"], (await bank.Use<UnusedReader>().EndpointsAsync(reader, Target(bank).Filter, default)).Select(e => e.Operation));
        }

        Assert.Empty(await ListAsync(bank, bank.Stranger));
        Assert.Empty((await bank.Use<UnusedReader>().ListAsync(bank.Auditor, new(Api: "cards"), new PageRequest(), default)).Items);
    }

    [Fact]
    public async Task Over_very_many_grants_which_they_are_is_remembered_and_what_is_said_of_them_is_as_it_is_now()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var big = new UnusedReader(bank.Use<IDbContextFactory<MarketplaceDb>>(), bank.Clock) { MostLookedThroughEachTime = -2 };
        Task<Page<UnusedRow>> Read(Actor reader, int page = 1) => big.ListAsync(reader, new(), new PageRequest(page, 25), default);
        foreach (var reader in new[] { bank.Auditor, bank.Olivia })
            Assert.Equal(await ListAsync(bank, reader), (await Read(reader)).Items);
        Assert.Equal((0, 1), (await Read(bank.Auditor, 2) is var second ? (second.Items.Count, second.Total) : default));

        await bank.UsedAsync("createPayment", -1);
        Assert.Equal(1, Assert.Single((await Read(bank.Auditor)).Items).Endpoints);
        await bank.UsedAsync("getPayment", -1);
        Assert.Empty((await Read(bank.Auditor)).Items);
    }

    [Fact]
    public async Task Where_no_data_plane_tells_or_not_for_long_enough_it_is_unknown_and_not_unused()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        // They told for 80 days only.
        await bank.Database.ExecuteAsync($"update call_usage set start = '{bank.Clock.GetUtcNow().AddDays(-80):yyyy-MM-dd}Z' where series_id = 1 and span = 86400");
        Assert.Empty(await ListAsync(bank, bank.Auditor));
        var unknown = Assert.Single((await bank.Use<UnusedReader>().ListAsync(bank.Olivia, new(Unknown: true), new PageRequest(), default)).Items);
        Assert.Equal((2, true), (unknown.Endpoints, unknown.ToldSince is not null));
        // They told for long enough, and are gone.
        await bank.Database.ExecuteAsync("update call_usage set start = start - interval '30 days' where series_id = 1; update data_plane set seen_at = seen_at - interval '60 days'");
        Assert.Empty(await ListAsync(bank, bank.Auditor));
        await bank.Database.ExecuteAsync("delete from call_usage; delete from call_series");
        unknown = Assert.Single((await bank.Use<UnusedReader>().ListAsync(bank.Olivia, new(Unknown: true), new PageRequest(), default)).Items);
        Assert.Null(unknown.ToldSince);
    }

    [Fact]
    public async Task A_renewal_does_not_make_an_unused_endpoint_new()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        await bank.GrantAsync("createPayment");
        Assert.Equal(2, Assert.Single(await ListAsync(bank, bank.Olivia)).Endpoints);
        // Given back and granted anew, it is.
        await bank.Use<EndGrants>().ExecuteAsync(bank.Dirk, GrantScope.Of((await bank.GrantsAsync()).First(g => g.Operation == "createPayment" && g.State is GrantState.Active).Id), null, "Not now.", default);
        await bank.GrantAsync("createPayment");
        Assert.Equal(1, Assert.Single(await ListAsync(bank, bank.Olivia)).Endpoints);
    }

    [Fact]
    public async Task The_team_is_asked_with_one_click_and_gives_up_with_one_but_what_it_called_since()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var ask = bank.Use<AskToNarrow>();
        foreach (var other in new[] { bank.Dirk, bank.Auditor, bank.Admin, bank.Stranger })
            Assert.Equal(Problem.NotFound, Assert.Single((await ask.ExecuteAsync(other, Target(bank), default)).Problems).Code);

        // Two owners at once: the team is asked once.
        var both = await Task.WhenAll(ask.ExecuteAsync(bank.Olivia, Target(bank), default), ask.ExecuteAsync(bank.Oscar, Target(bank), default));
        var number = Assert.Single(both, o => o.Succeeded).Value;
        Assert.Equal("already_asked", Assert.Single(both, o => !o.Succeeded).Problems[0].Code);
        Assert.Equal("Does Mobile app still need 2 endpoints of Payments v1?", Assert.Single(await bank.NewsAsync(bank.Carla)));
        Assert.Equal(number, Assert.Single(await ListAsync(bank, bank.Dirk)).Asked);

        bank.Clock.Advance(TimeSpan.FromDays(1));
        await bank.UsedAsync("getPayment", 0);
        var answer = bank.Use<AnswerNarrowing>();
        Assert.Equal(Problem.NotFound, Assert.Single((await answer.ExecuteAsync(bank.Olivia, number, true, null, default)).Problems).Code);
        Assert.Equal("reason_missing", Assert.Single((await answer.ExecuteAsync(bank.Dirk, number, false, " ", default)).Problems).Code);
        var done = await answer.ExecuteAsync(bank.Dirk, number, true, null, default);

        Assert.Equal((1, "revoked", "stands"), (done.Value!.Endpoints, await bank.StateOfAsync("createPayment"), await bank.StateOfAsync("getPayment")));
        Assert.Equal(done.Value.Revision, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Contains("Mobile app gave up 1 endpoint of Payments v1", await bank.NewsAsync(bank.Olivia));
        Assert.Equal("already_answered", Assert.Single((await answer.ExecuteAsync(bank.Carla, number, false, "Yearly job.", default)).Problems).Code);
        Assert.Equal(["narrowing.asked", "narrowing.given_up"], await bank.AuditedAsync("narrowing"));
        Assert.Empty(await ListAsync(bank, bank.Olivia));
    }

    [Fact]
    public async Task A_team_keeps_with_a_reason_and_an_owner_narrows_with_notice()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = (await bank.Use<AskToNarrow>().ExecuteAsync(bank.Olivia, Target(bank), default)).Value;
        Assert.True((await bank.Use<AnswerNarrowing>().ExecuteAsync(bank.Dirk, number, false, "It runs at the end of the year.", default)).Succeeded);
        Assert.Equal((null, "It runs at the end of the year."), (await ListAsync(bank, bank.Olivia)).Select(r => (r.Asked, r.KeptBecause)).Single());
        Assert.Equal(NarrowingAnswer.Kept, (await bank.Use<NarrowingReader>().FindAsync(bank.Olivia, number, default))!.Row.Answer);

        var narrow = bank.Use<NarrowUnused>();
        Assert.Equal(["notice_length", "reason_missing"], (await narrow.WithNoticeAsync(bank.Olivia, Target(bank), 3, "", default)).Problems.Select(p => p.Code));
        Assert.Equal(Problem.NotFound, Assert.Single((await narrow.WithNoticeAsync(bank.Dirk, Target(bank), 14, "No.", default)).Problems).Code);
        var noticed = await narrow.WithNoticeAsync(bank.Olivia, Target(bank), 14, "Nobody calls it.", default);
        Assert.Equal((2, bank.Clock.GetUtcNow().AddDays(14)), (noticed.Value!.Endpoints, noticed.Value.Ends));
        Assert.Equal("stands", await bank.StateOfAsync("createPayment"));
        Assert.Contains(await bank.NewsAsync(bank.Dirk), subject => subject.StartsWith("2 grants of Mobile app at Payments v1 end on", StringComparison.Ordinal));
        Assert.Equal("already_ending", Assert.Single((await narrow.WithNoticeAsync(bank.Oscar, Target(bank), 20, "Nobody calls it.", default)).Problems).Code);

        Assert.Equal(2, (await narrow.GiveUpAsync(bank.Carla, Target(bank), default)).Value!.Endpoints);
        Assert.Equal("nothing_unused", Assert.Single((await narrow.GiveUpAsync(bank.Carla, Target(bank), default)).Problems).Code);
    }

    private static NarrowingTarget Target(Bank bank) => new(bank.App.ClientId, "payments", "v1", "production");

    private static async Task<IReadOnlyList<UnusedRow>> ListAsync(Bank bank, Actor reader) =>
        (await bank.Use<UnusedReader>().ListAsync(reader, new(), new PageRequest(), default)).Items;
}
