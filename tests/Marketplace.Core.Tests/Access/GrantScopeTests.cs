using System.Text.Json;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Access;

public sealed class GrantScopeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Everything_of_an_application_ends_in_one_revision_with_one_event_and_one_message_for_each_team()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync(Bank.PaymentOperations);
        var revision = await RevisionAsync(bank);

        var preview = await bank.Use<GrantScopeReader>().PreviewAsync(bank.SecurityOfficer, new(bank.App.ClientId), default);
        Assert.Equal("4 grants of 1 application at 1 API; none was called in the last 24 hours", preview.Value!.Sentence);
        var done = await bank.Use<EndGrants>().ExecuteAsync(bank.SecurityOfficer, new(bank.App.ClientId), null, "Incident 7.", default);

        Assert.Equal((4, 1, revision + 1), (done.Value!.Grants, done.Value.Applications, done.Value.Revision));
        Assert.All(await bank.GrantsAsync(), g => Assert.Equal((GrantState.Revoked, "Sven Security", "Incident 7."), (g.State, g.EndedBy, g.EndReason)));
        foreach (var told in new[] { bank.Dirk, bank.Carla, bank.Olivia, bank.Oscar })
        {
            var news = Assert.Single((await bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items);
            Assert.Equal("4 grants of Mobile app at Payments v1 were revoked", news.Subject);
            Assert.Contains("Incident 7.", news.Text, StringComparison.Ordinal);
        }

        await using var db = await bank.OpenAsync();
        var entry = await db.AuditEvents.SingleAsync(e => e.Action == "grant.revoked");
        using var content = JsonDocument.Parse(entry.Content);
        Assert.Equal(4, content.RootElement.GetProperty("details").GetProperty("grants").GetArrayLength());
        // Both sides see it.
        foreach (var reader in new[] { bank.Dirk, bank.Olivia })
            Assert.Contains((await bank.Use<AuditReader>().ListAsync(reader, new(Action: "grant.revoked"), new(), default)).Items, e => e.Sequence == entry.Sequence);
        var again = await bank.Use<EndGrants>().ExecuteAsync(bank.SecurityOfficer, new(bank.App.ClientId), null, "Again.", default);
        Assert.Equal(Problem.NotFound, Assert.Single(again.Problems).Code);
    }

    [Fact]
    public async Task A_scope_reaches_what_its_actor_may_end_and_nothing_else()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var end = bank.Use<EndGrants>();
        foreach (var other in new[] { bank.Stranger, bank.Auditor, bank.Admin })
        {
            Assert.Equal(Problem.NotFound, Assert.Single((await end.ExecuteAsync(other, new(Api: "payments"), null, "No.", default)).Problems).Code);
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<GrantScopeReader>().PreviewAsync(other, new(Api: "payments"), default)).Problems).Code);
        }

        Assert.Equal("scope_missing", Assert.Single((await end.ExecuteAsync(bank.SecurityOfficer, new(Environment: "production"), null, "All.", default)).Problems).Code);
        Assert.Equal(Problem.NotFound, Assert.Single((await end.ExecuteAsync(bank.Olivia, new(Api: "payments", Environment: "sandbox"), null, "None.", default)).Problems).Code);
        var one = (await bank.GrantsAsync())[0];
        Assert.Equal(1, (await end.ExecuteAsync(bank.Dirk, GrantScope.Of(one.Id), null, "Not needed.", default)).Value!.Grants);
        Assert.Equal(1, (await end.ExecuteAsync(bank.Olivia, new(ApplicationTeam: "channels", ApiTeam: "payments"), null, "Both teams part.", default)).Value!.Grants);
    }

    [Fact]
    public async Task An_end_set_for_later_is_an_earlier_end_and_only_those_who_set_it_take_it_back()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var (end, approved, at) = (bank.Use<EndGrants>(), (await bank.GrantsAsync())[0].ValidUntil, bank.Clock.GetUtcNow().AddDays(2));

        Assert.True((await end.ExecuteAsync(bank.Olivia, new(Api: "payments"), at, "Moved to v2.", default)).Succeeded);

        var set = (await bank.GrantsAsync())[0];
        Assert.Equal((GrantState.Active, at, approved, "Moved to v2."), (set.State, set.ValidUntil, set.UntilBefore, set.EndReason));
        Assert.Equal("already_ends", Assert.Single((await end.ExecuteAsync(bank.Olivia, new(Api: "payments"), at.AddDays(1), "Later.", default)).Problems).Code);
        Assert.Equal("at_past", Assert.Single((await end.ExecuteAsync(bank.Olivia, new(Api: "payments"), bank.Clock.GetUtcNow(), "Past.", default)).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await end.KeepAsync(bank.Dirk, new(bank.App.ClientId), "We need it.", default)).Problems).Code);
        // Nor by way of an end of their own before it.
        Assert.True((await end.ExecuteAsync(bank.Dirk, new(bank.App.ClientId), at.AddHours(-1), "Sooner.", default)).Succeeded);
        Assert.Equal(Problem.Forbidden, Assert.Single((await end.KeepAsync(bank.Dirk, new(bank.App.ClientId), "We need it.", default)).Problems).Code);
        Assert.True((await end.KeepAsync(bank.Oscar, new(bank.App.ClientId), "v2 is late.", default)).Succeeded);
        Assert.Equal((approved, null), ((await bank.GrantsAsync())[0].ValidUntil, (await bank.GrantsAsync())[0].UntilBefore));

        Assert.True((await end.ExecuteAsync(bank.Dirk, new(bank.App.ClientId), at, "We move.", default)).Succeeded);
        bank.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal((GrantState.Revoked, at, "Dirk Developer"), ((await bank.GrantsAsync())[0].State, (await bank.GrantsAsync())[0].EndedAt, (await bank.GrantsAsync())[0].EndedBy));
    }

    [Fact]
    public async Task A_suspended_grant_goes_on_when_somebody_no_less_says_so_or_when_its_time_comes()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var (suspend, scope) = (bank.Use<SuspendGrants>(), new GrantScope(bank.App.ClientId));

        Assert.True((await suspend.ExecuteAsync(bank.Dirk, scope, null, "We look into it.", default)).Succeeded);
        Assert.Equal("already_suspended", Assert.Single((await suspend.ExecuteAsync(bank.Carla, scope, null, "Too.", default)).Problems).Code);
        Assert.True((await suspend.ExecuteAsync(bank.SecurityOfficer, scope, null, "Incident 7.", default)).Succeeded);
        var row = (await bank.GrantsAsync())[0];
        Assert.Equal((GrantState.Suspended, GrantParty.SecurityOfficer, "Incident 7."), (row.State, row.Suspension!.As, row.Suspension.Reason));
        foreach (var less in new[] { bank.Dirk, bank.Olivia })
            Assert.Equal(Problem.Forbidden, Assert.Single((await suspend.ResumeAsync(less, scope, "Go.", default)).Problems).Code);
        Assert.True((await suspend.ResumeAsync(bank.SecurityOfficer, scope, "It was not them.", default)).Succeeded);
        Assert.Equal((GrantState.Active, null), ((await bank.GrantsAsync())[0].State, (await bank.GrantsAsync())[0].Suspension));
        Assert.Equal("already_resumed", Assert.Single((await suspend.ResumeAsync(bank.SecurityOfficer, scope, "Again.", default)).Problems).Code);

        Assert.True((await suspend.ExecuteAsync(bank.Olivia, scope, bank.Clock.GetUtcNow().AddHours(1), "Maintenance.", default)).Succeeded);
        Assert.Equal(GrantState.Suspended, (await bank.GrantsAsync())[0].State);
        bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(GrantState.Active, (await bank.GrantsAsync())[0].State);
    }

    [Fact]
    public async Task A_suspension_over_another_shortens_none()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var (suspend, scope, hour) = (bank.Use<SuspendGrants>(), new GrantScope(bank.App.ClientId), TimeSpan.FromHours(1));
        var one = GrantScope.Of((await bank.GrantsAsync()).Single(g => g.Operation == "getPayment").Id);

        // An officer's hour is over: what an owner suspended until further notice does not go on with the rest.
        Assert.True((await suspend.ExecuteAsync(bank.Olivia, one, null, "We look into it.", default)).Succeeded);
        Assert.Equal(2, (await suspend.ExecuteAsync(bank.SecurityOfficer, scope, bank.Clock.GetUtcNow() + hour, "Incident 7.", default)).Value!.Grants);
        bank.Clock.Advance(hour);
        Assert.Equal([("getPayment", GrantState.Suspended), ("listPayments", GrantState.Active)], await StatesAsync());

        // Until further notice is for all, also for one that was to go on before.
        Assert.True((await suspend.ResumeAsync(bank.SecurityOfficer, one, "It was not them.", default)).Succeeded);
        Assert.True((await suspend.ExecuteAsync(bank.SecurityOfficer, one, bank.Clock.GetUtcNow() + hour, "Incident 8.", default)).Succeeded);
        Assert.Equal(2, (await suspend.ExecuteAsync(bank.SecurityOfficer, scope, null, "Incident 8.", default)).Value!.Grants);
        bank.Clock.Advance(hour);
        Assert.All(await StatesAsync(), g => Assert.Equal(GrantState.Suspended, g.State));

        // Nobody who is less extends it, and is told so.
        Assert.True((await suspend.ResumeAsync(bank.SecurityOfficer, one, "It was not them.", default)).Succeeded);
        var done = (await suspend.ExecuteAsync(bank.Olivia, scope, null, "We look into it.", default)).Value!;
        Assert.Equal((1, 1), (done.Grants, done.LeftOut));
        Assert.Equal("already_suspended", Assert.Single((await suspend.ExecuteAsync(bank.Olivia, scope, bank.Clock.GetUtcNow() + hour, "Sooner.", default)).Problems).Code);

        async Task<List<(string Operation, GrantState State)>> StatesAsync() => [.. (await bank.GrantsAsync()).Select(g => (g.Operation, g.State)).Order()];
    }

    [Fact]
    public async Task A_suspended_grant_stays_suspended_when_a_renewal_takes_its_place()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var scope = new GrantScope(bank.App.ClientId);
        var first = (await bank.GrantsAsync()).Single(g => g.Operation == "getPayment").Id;
        Assert.True((await bank.Use<SuspendGrants>().ExecuteAsync(bank.SecurityOfficer, GrantScope.Of(first), null, "Incident 9.", default)).Succeeded);

        await bank.GrantAsync("getPayment", "listPayments");

        var open = (await bank.GrantsAsync()).Where(g => g.State is GrantState.Active or GrantState.Suspended).ToList();
        Assert.Equal(2, open.Count);
        var renewed = open.Single(g => g.Operation == "getPayment");
        Assert.NotEqual(first, renewed.Id);
        Assert.Equal((GrantState.Suspended, GrantParty.SecurityOfficer, "Incident 9."), (renewed.State, renewed.Suspension?.As, renewed.Suspension?.Reason));
        Assert.Equal(GrantState.Active, open.Single(g => g.Operation == "listPayments").State);
        Assert.Equal(Problem.Forbidden, Assert.Single((await bank.Use<SuspendGrants>().ResumeAsync(bank.Olivia, scope, "Go.", default)).Problems).Code);
    }

    [Fact]
    public async Task Of_those_who_end_suspend_and_renew_the_same_grants_at_once_each_finds_one_outcome()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync(Bank.PaymentOperations);
        var ids = (await bank.GrantsAsync()).Select(g => g.Id).ToArray();
        var renewal = await bank.RequestAsync("getPayment", "listPayments");
        Guid[][] orders = [ids, [.. ids.Reverse()], [.. ids.Order()]];
        var together = new TaskCompletionSource();
        async Task<bool> At<T>(Func<Task<Outcome<T>>> change)
        {
            await together.Task;
            return (await change()).Succeeded;
        }

        Task<bool>[] ends = [.. Enumerable.Range(0, 6).Select(i => At(() => bank.Use<EndGrants>().ExecuteAsync(i % 2 == 0 ? bank.Olivia : bank.Carla, GrantScope.Of(orders[i % 3]), null, $"By {i}.", default)))];
        Task<bool>[] others =
        [
            At(() => bank.Use<SuspendGrants>().ExecuteAsync(bank.SecurityOfficer, new(bank.App.ClientId), null, "Incident.", default)),
            At(() => bank.Use<SuspendGrants>().ResumeAsync(bank.SecurityOfficer, new(bank.App.ClientId), "Over.", default)),
            At(() => bank.Use<EndGrants>().ExecuteAsync(bank.Oscar, new(Api: "payments"), bank.Clock.GetUtcNow().AddDays(1), "Later.", default)),
            At(() => bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Oscar, renewal, [new("getPayment", true, null), new("listPayments", true, null)], default)),
        ];
        together.SetResult();
        await Task.WhenAll([.. ends, .. others]);

        // Each grant ended once; what was renewed after that stands, and nothing has two open grants.
        var grants = (await bank.Use<GrantReader>().ListAsync(bank.Olivia, new(), new PageRequest(1, 50), default)).Items;
        Assert.All(grants.Where(g => ids.Contains(g.Id)), g => Assert.NotNull(g.EndedAt));
        Assert.Equal(6, grants.Count);
        await using var db = await bank.OpenAsync();
        var ended = new List<Guid>();
        foreach (var content in await db.AuditEvents.Where(e => e.Action == "grant.revoked").Select(e => e.Content).ToListAsync())
        {
            using var json = JsonDocument.Parse(content);
            ended.AddRange(json.RootElement.GetProperty("details").GetProperty("grants").EnumerateArray().Select(g => g.GetProperty("id").GetGuid()));
        }
        Assert.Equal(ended.Count, ended.Distinct().Count());
        Assert.Equal(ended.Order(), await db.Grants.Where(g => g.EndKind == GrantEnd.Revoked).OrderBy(g => g.Id).Select(g => g.Id).ToListAsync());
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    private static Task<long> RevisionAsync(Bank bank) => bank.Database.ScalarAsync<long>("select revision from policy_head")!;
}
