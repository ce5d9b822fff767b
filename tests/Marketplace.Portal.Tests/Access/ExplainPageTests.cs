using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Portal.Access.Explain;
using Marketplace.Portal.Tests.Rest;

namespace Marketplace.Portal.Tests.Access;

public sealed class ExplainPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private readonly BankApp _app = shared.App;

    [Fact]
    public async Task A_refusal_is_explained_and_leads_to_the_request_that_mends_it()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var client = _app.Bank.App.ClientId;
        var page = await dirk.PageAsync($"/why?application={client}&api=payments&version=v1&method=GET&path=%2Fpayments%2F7");
        Assert.Equal("operation_not_granted", page.QuerySelector("#answer code")!.TextContent);
        Assert.Equal(
            $"/apis/payments/v1/request?operation=getPayment&application={client}&environment=production",
            page.QuerySelector("section[aria-labelledby=advice] .rows a")!.GetAttribute("href"));
        Assert.NotNull((await dirk.PageAsync($"/applications/{client}")).QuerySelector($"a[href='/why?application={client}']"));
        // Where the usage page leads: a form, filled in as far as it tells, and nothing to mend yet.
        page = await dirk.PageAsync($"/why?application={client}&reason=grant_ended");
        Assert.Null(page.QuerySelector(".problem-summary, #answer"));
        Assert.Contains("newest policy grants it no more", page.QuerySelector("section[aria-labelledby=means]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("grant_ended", page.QuerySelector("input[name=reason]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_pasted_token_is_in_no_answer_and_no_address()
    {
        const string token = "eyJhbGciOiJub25lIn0.e30.c2VjcmV0";
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var answer = await dirk.PostAsync("/why", "/why", ("token", token), ("method", "GET"), ("path", "/payments"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("token_algorithm", text, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
        // Nor in an address: there it is not even looked at.
        Assert.Equal(422, (int)(await dirk.Client.GetAsync($"/why?token={token}&method=GET&path=/payments")).StatusCode);
        // An answer's links carry the path that was called, and not what followed it.
        Assert.Equal("/why?path=https%3A%2F%2Fapi.bank.example%2Fpayments", ExplainUrl.Of(path: "https://api.bank.example/payments?access_token=" + token));
    }

    [Fact]
    public async Task The_rest_api_says_the_same()
    {
        using var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var response = await dirk.PostAsJsonAsync(
            "/api/v1/explanations", new { application = _app.Bank.App.ClientId, api = "payments", version = "v1", method = "DELETE", path = "/payments", reason = "token_expired" });
        var body = (await response.Content.ReadFromJsonAsync<ExplanationBody>())!;
        Assert.Equal(("refused", "operation_unknown", 403, "no_such_endpoint"), (body.Decision, body.Reason, body.Status, body.Cause));
        Assert.Equal("listPayments", body.Nearest[0].Key);
        Assert.StartsWith("The token had expired", body.ReasonGiven, StringComparison.Ordinal);
        Assert.Equal("/apis/payments/v1", body.Advice[0].Url);
    }
}
