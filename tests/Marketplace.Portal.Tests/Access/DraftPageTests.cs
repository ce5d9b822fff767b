using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Portal.Tests.Rest;

namespace Marketplace.Portal.Tests.Access;

public sealed class DraftPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private readonly BankApp _app = shared.App;

    [Fact]
    public async Task What_is_chosen_on_an_apis_page_goes_into_a_draft_that_is_edited_and_sent()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        Assert.NotNull((await dirk.PageAsync("/apis/payments/v1")).QuerySelector("button[formaction='/drafts/add/payments/v1']"));
        const string choose = "/drafts/add/payments/v1?operation=listPayments&operation=getPayment";
        var page = await dirk.PageAsync(choose);
        Assert.Equal(["payments/v1/listPayments", "payments/v1/getPayment"], Values(page, "endpoints"));
        var added = await dirk.PostAsync("/drafts/add", choose, ("endpoints", "payments/v1/listPayments"), ("endpoints", "payments/v1/getPayment"), ("draft", "new"));
        Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        var draft = added.Headers.Location!.OriginalString;
        Assert.Contains("Payments v1", (await dirk.PageAsync("/drafts")).QuerySelector("main .rows")!.TextContent, StringComparison.Ordinal);

        // Every button keeps what was typed.
        await dirk.PostAsync(draft, draft, ("endpoints", "payments/v1/listPayments"), ("endpoints", "payments/v1/getPayment"), ("remove", "payments/v1/getPayment"), ("justification", "The app shows payments."));
        page = await dirk.PageAsync(draft);
        Assert.Equal(["payments/v1/listPayments"], Values(page, "endpoints"));
        Assert.Equal("The app shows payments.", page.QuerySelector("textarea[name=justification]")!.TextContent);

        var noDate = await dirk.PostAsync(
            draft, draft, ("send", "true"), ("endpoints", "payments/v1/listPayments"), ("application", _app.Bank.App.ClientId), ("environment", "production"),
            ("justification", "The app shows payments."), ("until", "soon"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, noDate.StatusCode);
        page = await BankBrowser.DocumentAsync(noDate);
        Assert.Equal("soon", page.QuerySelector("input[name=until]")!.GetAttribute("value"));
        Assert.NotNull(page.QuerySelector($"option[value='{_app.Bank.App.ClientId}'][selected]"));
        var sent = await dirk.PostAsync(
            draft, draft, ("send", "true"), ("endpoints", "payments/v1/listPayments"), ("application", _app.Bank.App.ClientId), ("environment", "production"),
            ("justification", "The app shows payments."), ("until", "2026-02-01"));
        Assert.StartsWith("/requests/", sent.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await dirk.Client.GetAsync(draft)).StatusCode);
    }

    [Fact]
    public async Task A_request_that_is_not_complete_is_saved_as_a_draft()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        const string ask = "/apis/payments/v1/request";
        var saved = await dirk.PostAsync(
            ask, ask, ("save", "true"), ("operations", "listPayments"), ("application", _app.Bank.App.ClientId), ("environment", "sandbox"), ("justification", "So"), ("until", ""));
        var page = await dirk.PageAsync(saved.Headers.Location!.OriginalString);
        Assert.Equal(["payments/v1/listPayments"], Values(page, "endpoints"));
        Assert.Equal("So", page.QuerySelector("textarea[name=justification]")!.TextContent);
    }

    [Fact]
    public async Task A_refusal_leads_to_the_form_with_all_that_it_tells()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var refused = await dirk.Client.GetAsync($"/requests/refused?client={_app.Bank.App.ClientId}&audience=urn:marketplace:payments:v1:production&method=GET&path=/payments/42");
        Assert.Equal(HttpStatusCode.SeeOther, refused.StatusCode);
        var page = await dirk.PageAsync(refused.Headers.Location!.OriginalString);
        Assert.Equal(["getPayment"], Values(page, "operations"));
        Assert.NotNull(page.QuerySelector($"option[value='{_app.Bank.App.ClientId}'][selected]"));
        Assert.NotNull(page.QuerySelector("option[value=production][selected]"));

        var unknown = await dirk.Client.GetAsync("/requests/refused?api=payments&version=v1&method=PATCH&path=/payments/42");
        Assert.Contains("/apis/payments/v1/request?environment=production&find=", unknown.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("/catalog?q=GET%20%2Fx", (await dirk.Client.GetAsync("/requests/refused?api=nothing&version=v1&method=GET&path=/x")).Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_asks_several_apis_in_one_request_and_either_form_of_the_body_is_taken()
    {
        var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var until = _app.Bank.Clock.GetUtcNow().AddDays(9);
        const string requests = "/api/v1/access-requests";
        var items = new NewAccessRequestBody(_app.Bank.App.ClientId, "sandbox", "The app shows payments.", until, [new("payments", "v1", ["listPayments"]), new("payments", "v1", ["getPayment"])]);
        var asked = (await (await dirk.PostAsJsonAsync(requests, items)).Content.ReadFromJsonAsync<AccessRequestBody>())!;
        Assert.Equal((2, "Olivia Owner, Oscar Owner"), (asked.Operations.Count, string.Join(", ", Assert.Single(asked.Lines).Deciders)));
        await RestApiTests.AssertProblemAsync(await dirk.PostAsJsonAsync(requests, items with { Api = "payments" }), HttpStatusCode.UnprocessableEntity, "items_incomplete");
        await RestApiTests.AssertProblemAsync(await dirk.PostAsJsonAsync(requests, items with { Items = null }), HttpStatusCode.UnprocessableEntity, "items_incomplete");

        var draft = (await (await dirk.PostAsJsonAsync("/api/v1/access-request-drafts", new NewDraftBody(
            [new("payments", "v1", ["createPayment"])], _app.Bank.App.ClientId, "production", "The app pays.", DateOnly.FromDateTime(until.UtcDateTime)))).Content.ReadFromJsonAsync<DraftBody>())!;
        var sent = await dirk.PostAsync($"/api/v1/access-request-drafts/{draft.Number}/submission", null);
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Equal("createPayment", Assert.Single((await sent.Content.ReadFromJsonAsync<AccessRequestBody>())!.Operations).Operation);
    }

    private static string[] Values(AngleSharp.Dom.IDocument page, string name) =>
        [.. page.QuerySelectorAll($"input[name={name}]").Select(input => input.GetAttribute("value")!)];
}
