using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ending;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Core.Audit;
using Marketplace.Core.Notifications;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Applications;

public sealed class ApplicationEndTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_deleted_application_takes_its_grants_credentials_and_requests_with_it_and_its_past_stays_readable()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var waiting = await bank.RequestAsync("createPayment");
        var delete = bank.Use<DeleteApplication>();

        Assert.Null(await bank.Use<DeletionReader>().FindAsync(bank.Dirk, bank.App.ClientId, default));
        var seen = await bank.Use<DeletionReader>().FindAsync(bank.Carla, bank.App.ClientId, default);
        Assert.Equal((2, 1, 1, 0L), (seen!.Grants, seen.Credentials, seen.PendingRequests, seen.Calls));
        Assert.Equal(("payments", "PAYMENTS"), (Assert.Single(seen.Lines).Api, Assert.Single(seen.Told)));
        foreach (var other in new[] { bank.Dirk, bank.Olivia, bank.Admin, bank.SecurityOfficer })
            Assert.Equal(Problem.NotFound, Assert.Single((await delete.ExecuteAsync(other, bank.App.ClientId, "Mobile app", "No.", default)).Problems).Code);
        var typed = await delete.ExecuteAsync(bank.Carla, bank.App.ClientId, "mobile", " ", default);
        Assert.Equal(["name_differs", "reason_missing"], typed.Problems.Select(p => p.Code));

        Assert.Equal(2, (await delete.ExecuteAsync(bank.Carla, bank.App.ClientId, "Mobile app", "Replaced by the web.", default)).Value!.Grants);

        Assert.All(await bank.GrantsAsync(), g => Assert.Equal((GrantState.Revoked, "Mobile app (deleted)"), (g.State, g.Application)));
        var request = await bank.Use<AccessRequestReader>().FindAsync(bank.Olivia, waiting, default);
        Assert.Equal((RequestStatus.Withdrawn, "Mobile app (deleted)", false), (request!.Request.Status, request.Request.Application, request.MayDecide));
        var applications = bank.Use<ApplicationReader>();
        var details = await applications.FindAsync(bank.Dirk, bank.App.ClientId, default);
        Assert.Equal(("Carla Channels", false, null), (details!.DeletedBy, details.MayChange, details.Stop));
        Assert.All(details.Credentials, c => Assert.NotNull(c.RevokedAt));
        Assert.Empty((await applications.ListAsync(bank.Dirk, null, new(), default)).Items);
        Assert.Single((await applications.ListAsync(bank.Dirk, null, new(), default, deleted: true)).Items);
        Assert.Contains("Replaced by the web.", Assert.Single((await bank.Use<InboxReader>().ListAsync(bank.Olivia, false, new(), default)).Items).Text, StringComparison.Ordinal);
        Assert.Single((await bank.Use<AuditReader>().ListAsync(bank.Dirk, new("application.deleted"), new(), default)).Items);

        // Gone for good, and its name is free.
        Assert.False((await bank.Use<DisableApplication>().ExecuteAsync(bank.SecurityOfficer, bank.App.ClientId, false, "Back.", default)).Succeeded);
        Assert.False((await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "more"), default)).Succeeded);
        Assert.False((await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default)).Succeeded);
        Assert.True((await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", "Mobile app", ""), default)).Succeeded);
    }

    [Fact]
    public async Task Whoever_approves_while_the_application_is_deleted_leaves_no_grant_behind()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        for (var round = 0; round < 4; round++)
        {
            var name = $"Service {round}";
            var application = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", name, ""), default)).Value!.ClientId;
            var number = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input(Bank.PaymentOperations) with { ClientId = application }, default)).Value;
            var together = new TaskCompletionSource();
            var deletes = Enumerable.Range(0, 2).Select(async _ =>
            {
                await together.Task;
                return (await bank.Use<DeleteApplication>().ExecuteAsync(bank.Carla, application, name, "Gone.", default)).Succeeded;
            }).ToList();
            var decides = new[] { bank.Olivia, bank.Oscar }.Select(async owner =>
            {
                await together.Task;
                return (await bank.Use<DecideAccessRequest>().ExecuteAsync(owner, number, [.. Bank.PaymentOperations.Select(o => new OperationDecision(o, true, null))], default)).Succeeded;
            }).ToList();
            together.SetResult();
            Assert.Equal(1, (await Task.WhenAll(deletes)).Count(done => done));
            await Task.WhenAll(decides);
            await using var db = await bank.OpenAsync();
            Assert.False(await db.Grants.AnyAsync(g => g.Application!.ClientId == application && g.EndedAt == null));
            Assert.False(await db.AccessRequests.AnyAsync(r => r.Number == number && r.Status == RequestStatus.Pending));
        }
    }

    [Fact]
    public async Task A_stopped_application_goes_on_when_two_of_its_team_say_so_or_a_security_officer()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var (stop, app) = (bank.Use<DisableApplication>(), bank.App.ClientId);
        async Task<ApplicationStop?> StopAsync() => (await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, app, default))!.Stop;

        Assert.True((await stop.ExecuteAsync(bank.Dirk, app, true, "It calls too much.", default)).Succeeded);
        Assert.Equal(("Dirk Developer", GrantParty.Team, "It calls too much."), (await StopAsync() is { } s ? (s.By, s.As, s.Reason) : default));
        foreach (var told in new[] { bank.Carla, bank.Olivia, bank.SecurityOfficer })
            Assert.Single((await bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items);
        Assert.Equal(0, (await stop.ExecuteAsync(bank.Dirk, app, false, "Mended.", default)).Value);
        Assert.Equal("already_asked", Assert.Single((await stop.ExecuteAsync(bank.Dirk, app, false, "Mended!", default)).Problems).Code);
        Assert.Equal("Dirk Developer", (await StopAsync())!.AskedBy);
        // A wish does not wait for ever.
        bank.Clock.Advance(DisableApplication.WishHolds + TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await stop.ExecuteAsync(bank.Carla, app, false, "Mended.", default)).Value);
        Assert.True((await stop.ExecuteAsync(bank.Dirk, app, false, "I see it too.", default)).Value > 0);
        Assert.Null(await StopAsync());

        // What its team has stopped already an officer makes theirs, once.
        Assert.True((await stop.ExecuteAsync(bank.Dirk, app, true, "We saw it first.", default)).Succeeded);
        Assert.Equal(0, (await stop.ExecuteAsync(bank.Carla, app, false, "Nothing to see.", default)).Value);
        Assert.True((await stop.ExecuteAsync(bank.SecurityOfficer, app, true, "Incident 8.", default)).Succeeded);
        Assert.Equal(Problem.Conflict, Assert.Single((await stop.ExecuteAsync(bank.SecurityOfficer, app, true, "Incident 8.", default)).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await stop.ExecuteAsync(bank.Dirk, app, false, "Nothing to see.", default)).Problems).Code);
        Assert.Equal(Problem.Forbidden, Assert.Single((await stop.ExecuteAsync(bank.Carla, app, false, "Mended.", default)).Problems).Code);
        Assert.True((await stop.ExecuteAsync(bank.SecurityOfficer, app, false, "Over.", default)).Value > 0);
    }

    [Fact]
    public async Task An_application_goes_to_another_team_with_its_grants_when_an_owner_there_takes_it()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        var (transfer, app) = (bank.Use<TransferApplication>(), bank.App.ClientId);
        Assert.Equal(Problem.NotFound, Assert.Single((await transfer.OfferAsync(bank.Dirk, app, "payments", "", default)).Problems).Code);
        Assert.True((await transfer.OfferAsync(bank.Carla, app, "payments", "You know it best.", default)).Succeeded);
        Assert.Equal("already_offered", Assert.Single((await transfer.OfferAsync(bank.Carla, app, "payments", "", default)).Problems).Code);
        Assert.Equal("PAYMENTS", (await bank.Use<ApplicationTransferReader>().FindAsync(bank.Oscar, app, default))!.Offer!.ToTitle);
        Assert.Null(await bank.Use<ApplicationTransferReader>().FindAsync(bank.Stranger, app, default));
        Assert.False((await transfer.AnswerAsync(bank.Stranger, app, true, default)).Succeeded);

        // Of two who answer at once one is heard.
        var answers = await Task.WhenAll(transfer.AnswerAsync(bank.Olivia, app, true, default), transfer.AnswerAsync(bank.Oscar, app, true, default), transfer.CancelAsync(bank.Carla, app, default));
        Assert.Single(answers, a => a.Succeeded);
        var team = (await bank.Use<ApplicationReader>().FindAsync(bank.Admin, app, default))!.Team;
        Assert.Equal(answers[2].Succeeded ? "channels" : "payments", team);
        Assert.Equal(GrantState.Active, (await bank.GrantsAsync())[0].State);

        var (mover, to) = (bank.Admin, answers[2].Succeeded ? "payments" : "channels");
        Assert.Equal(Problem.Forbidden, Assert.Single((await transfer.MoveAsync(bank.Olivia, app, to, "Mine.", default)).Problems).Code);
        Assert.True((await transfer.MoveAsync(mover, app, to, "The team was split.", default)).Succeeded);
        Assert.Equal(to, (await bank.Use<ApplicationReader>().FindAsync(bank.Admin, app, default))!.Team);
    }

    [Fact]
    public async Task An_application_is_not_moved_onto_a_name_that_the_other_team_uses()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Use<RegisterApplication>().ExecuteAsync(bank.Olivia, new("payments", "Mobile app", ""), default);
        var transfer = bank.Use<TransferApplication>();
        await transfer.OfferAsync(bank.Carla, bank.App.ClientId, "payments", "", default);
        Assert.Equal("name_taken", Assert.Single((await transfer.AnswerAsync(bank.Olivia, bank.App.ClientId, true, default)).Problems).Code);
        Assert.Equal("channels", (await bank.Use<ApplicationReader>().FindAsync(bank.Admin, bank.App.ClientId, default))!.Team);
    }
}
