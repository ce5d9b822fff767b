using Marketplace.Core.Access;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

/// <summary>What one person may do over and over has an end, and what is nobody's business is not told by a side door.</summary>
public sealed class BoundTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Nobody_has_more_than_a_hundred_campaigns_open_and_an_owner_learns_of_no_application_that_is_none_of_theirs()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var open = bank.Use<OpenCampaign>();
        var due = bank.Clock.GetUtcNow().AddDays(30);
        var hidden = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", "Secret project", ""), default)).Value!.ClientId;
        async Task<Problem> AboutAsync(string application) => Assert.Single((await open.ExecuteAsync(bank.Olivia, new("Which?", new(Api: "payments", Application: application), due), default)).Problems);
        Assert.Equal(
            await AboutAsync("no-such"),
            (await AboutAsync(hidden)) is var told ? told with { Message = told.Message.Replace(hidden, "no-such", StringComparison.Ordinal) } : null);
        Assert.True((await open.ReachAsync(bank.Olivia, new(Api: "payments", Application: bank.App.ClientId), default)).Succeeded);

        foreach (var number in Enumerable.Range(1, OpenCampaign.MaximumOpen))
            Assert.True((await open.ExecuteAsync(bank.Olivia, new($"Payments {number}", new(Api: "payments"), due), default)).Succeeded);
        Assert.Equal(Problem.TooMany, Assert.Single((await open.ExecuteAsync(bank.Olivia, new("One more", new(Api: "payments"), due), default)).Problems).Code);
        Assert.True((await open.ExecuteAsync(bank.Auditor, new("Another's", new(Api: "payments"), due), default)).Succeeded);
    }

    [Fact]
    public async Task A_webhook_is_tried_out_ten_times_in_ten_minutes()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var hook = (await bank.Use<ChangeWebhook>().AddAsync(bank.Olivia, "payments", new("https://hooks.example/x", "", [], []), default)).Value!;
        var replay = bank.Use<ReplayWebhook>();
        foreach (var _ in Enumerable.Range(1, ReplayWebhook.AtMost))
            Assert.True((await replay.TestAsync(bank.Olivia, "payments", hook.Id, default)).Succeeded);
        Assert.Equal(Problem.TooMany, Assert.Single((await replay.TestAsync(bank.Olivia, "payments", hook.Id, default)).Problems).Code);
        foreach (var _ in Enumerable.Range(1, ReplayWebhook.AtMost))
            Assert.True((await replay.SinceAsync(bank.Olivia, "payments", hook.Id, bank.Clock.GetUtcNow().AddHours(-1), default)).Succeeded);
        Assert.Equal(Problem.TooMany, Assert.Single((await replay.SinceAsync(bank.Olivia, "payments", hook.Id, bank.Clock.GetUtcNow().AddHours(-1), default)).Problems).Code);

        bank.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.True((await replay.TestAsync(bank.Olivia, "payments", hook.Id, default)).Succeeded);
        Assert.True((await replay.SinceAsync(bank.Olivia, "payments", hook.Id, bank.Clock.GetUtcNow().AddHours(-2), default)).Succeeded);
    }

    [Fact]
    public async Task Approvers_are_not_told_over_and_over_of_what_is_asked_and_taken_back()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        foreach (var _ in Enumerable.Range(1, SubmitAccessRequest.WithdrawnPerHour))
            Assert.True((await bank.Use<WithdrawAccessRequest>().ExecuteAsync(bank.Dirk, await bank.RequestAsync("getPayment"), default)).Succeeded);
        var submit = bank.Use<SubmitAccessRequest>();
        Assert.Equal(Problem.TooMany, Assert.Single((await submit.ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default)).Problems).Code);
        bank.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.True((await submit.ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default)).Succeeded);
    }

    [Fact]
    public async Task That_an_application_may_go_on_is_no_longer_wished_by_who_gave_it_away()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var stop = bank.Use<DisableApplication>();
        Assert.True((await stop.ExecuteAsync(bank.Dirk, bank.App.ClientId, true, "Incident.", default)).Succeeded);
        Assert.True((await stop.ExecuteAsync(bank.Dirk, bank.App.ClientId, false, "It is over.", default)).Succeeded);
        Assert.True((await bank.Use<TransferApplication>().MoveAsync(bank.Admin, bank.App.ClientId, "payments", "Reorganised.", default)).Succeeded);

        Assert.True((await stop.ExecuteAsync(bank.Olivia, bank.App.ClientId, false, "It is over.", default)).Succeeded);

        Assert.Equal(1L, await bank.Database.ScalarAsync<long>($"select count(*) from application where client_id = '{bank.App.ClientId}' and disabled_at is not null and resume_asked_by = '{bank.Olivia.Id}'"));
    }
}
