using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Portal.Tests.Rest;

namespace Marketplace.Portal.Tests.Access;

public sealed class RaceTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private const int Rounds = 10;

    [Fact]
    public async Task Two_owners_who_approve_at_the_same_moment_make_one_set_of_grants()
    {
        var app = shared.App;
        var olivia = await app.ProgramOfAsync(app.Bank.Olivia);
        var oscar = await app.ProgramOfAsync(app.Bank.Oscar);
        for (var round = 0; round < Rounds; round++)
        {
            var number = await app.Bank.RequestAsync("listPayments", "createPayment", "getPayment");
            var url = $"/api/v1/access-requests/{number}/decisions";
            var decisions = new NewDecisionsBody([new("listPayments", true), new("createPayment", true), new("getPayment", true)]);
            var answers = await Task.WhenAll(olivia.PostAsJsonAsync(url, decisions), oscar.PostAsJsonAsync(url, decisions));

            var won = Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
            await RestApiTests.AssertProblemAsync(Assert.Single(answers, a => a != won), HttpStatusCode.Conflict, "already_decided");
            Assert.Equal(3, await GrantsOfAsync(app, number));
            Assert.Equal(1, await DecisionsOfAsync(app, number));
        }
    }

    [Fact]
    public async Task The_second_owner_is_told_on_the_page_who_was_first()
    {
        var app = shared.App;
        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        var oscar = await app.BrowserOfAsync(app.Bank.Oscar);
        var number = await app.Bank.RequestAsync("listPayments", "createPayment");
        var url = $"/requests/{number}";

        Assert.Equal(HttpStatusCode.SeeOther, (await olivia.PostAsync($"{url}/decisions", url, ("all", "approve"))).StatusCode);
        var second = await oscar.PostAsync($"{url}/decisions", url, ("all", "deny"), ("reason", "No."));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        var page = await BankBrowser.DocumentAsync(second);
        Assert.Contains("has been decided already", page.QuerySelector(".problem-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Olivia Owner", page.QuerySelector("main table")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await GrantsOfAsync(app, number));
    }

    private static async Task<int> GrantsOfAsync(BankApp app, long number) => (int)await app.Bank.Database.ScalarAsync<long>(
        $"select count(*) from access_grant g join access_request_item i on i.id = g.access_request_item_id join access_request r on r.id = i.access_request_id where r.number = {number} and g.ended_at is null");

    private static async Task<int> DecisionsOfAsync(BankApp app, long number) => (int)await app.Bank.Database.ScalarAsync<long>(
        $"select count(*) from audit_event where action = 'access_request.decided' and subject_id = '{number}'");
}
