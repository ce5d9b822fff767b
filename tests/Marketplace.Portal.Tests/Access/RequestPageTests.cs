using System.Net;
using AngleSharp.Html.Dom;

namespace Marketplace.Portal.Tests.Access;

public sealed class RequestPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private const string Ask = "/apis/payments/v1/request";
    private readonly BankApp _app = shared.App;

    [Fact]
    public async Task Endpoints_chosen_on_the_api_page_stand_on_the_form_and_each_can_be_taken_out_or_another_added()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var page = await dirk.PageAsync($"{Ask}?operation=listPayments&operation=getPayment");
        Assert.Equal(["listPayments", "getPayment"], Chosen(page));

        var removed = await BankBrowser.DocumentAsync(await dirk.PostAsync(
            Ask, Ask, ("operations", "listPayments"), ("operations", "getPayment"), ("remove", "getPayment"), ("justification", "So far.")));
        Assert.Equal(["listPayments"], Chosen(removed));
        var added = await BankBrowser.DocumentAsync(await dirk.PostAsync(Ask, Ask, ("operations", "listPayments"), ("add", "cancelPayment"), ("justification", "So far.")));
        Assert.Equal(["listPayments", "cancelPayment"], Chosen(added));
        Assert.Equal("So far.", added.QuerySelector("textarea[name=justification]")!.TextContent);
    }

    [Fact]
    public async Task An_error_keeps_everything_and_stands_beside_its_field()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var response = await dirk.PostAsync(
            Ask, Ask, ("send", "true"), ("operations", "listPayments"), ("application", _app.Bank.App.ClientId), ("environment", "production"),
            ("justification", "short"), ("until", "2026-02-01"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var page = await BankBrowser.DocumentAsync(response);
        Assert.Equal(["listPayments"], Chosen(page));
        Assert.Equal("short", page.QuerySelector("textarea[name=justification]")!.TextContent);
        Assert.Equal("production", ((IHtmlSelectElement)page.QuerySelector("select[name=environment]")!).Value);
        Assert.Equal("2026-02-01", page.QuerySelector("input[name=until]")!.GetAttribute("value"));
        Assert.Contains("Say why", page.QuerySelector("#field-justification-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("textarea[name=justification]")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task A_day_that_is_none_is_said_so()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var response = await dirk.PostAsync(Ask, Ask, ("send", "true"), ("operations", "listPayments"), ("until", "soon"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("Choose an end date", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_way_over_the_pages()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var olivia = await _app.BrowserOfAsync(_app.Bank.Olivia);
        var sent = await dirk.PostAsync(
            Ask, Ask, ("send", "true"), ("operations", "listPayments"), ("operations", "cancelPayment"), ("application", _app.Bank.App.ClientId),
            ("environment", "production"), ("justification", "The app shows payments."), ("until", "2026-02-01"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var url = sent.Headers.Location!.OriginalString;

        Assert.Contains("Mobile app", (await olivia.PageAsync("/inbox")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var noReason = await olivia.PostAsync($"{url}/decisions", url, ("decision:payments/v1/listPayments", "approve"), ("decision:payments/v1/cancelPayment", "deny"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, noReason.StatusCode);
        Assert.NotNull((await BankBrowser.DocumentAsync(noReason)).QuerySelector("input[name='decision:payments/v1/listPayments'][value=approve][checked]"));
        var decided = await olivia.PostAsync(
            $"{url}/decisions", url, ("decision:payments/v1/listPayments", "approve"), ("decision:payments/v1/cancelPayment", "deny"), ("reason:payments/v1/cancelPayment", "The app never cancels."));
        Assert.Equal(HttpStatusCode.SeeOther, decided.StatusCode);

        var outcome = (await dirk.PageAsync(url)).QuerySelector("main")!.TextContent;
        Assert.Contains("The app never cancels.", outcome, StringComparison.Ordinal);
        Assert.Contains("resource=urn:marketplace:payments:v1:production", outcome, StringComparison.Ordinal);
        Assert.Contains("AddMarketplaceToken(\"urn:marketplace:payments:v1:production\")", outcome, StringComparison.Ordinal);

        var grant = (await olivia.PageAsync("/apis/payments/v1/grants")).QuerySelector("a[href^='/grants/']")!.GetAttribute("href")!;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await olivia.PostAsync($"{grant}/revoke", grant, ("reason", ""))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await olivia.PostAsync($"{grant}/revoke", grant, ("reason", "Fraud case 7."))).StatusCode);
        const string reach = "a[href='/apis/payments/v1/enforcement?environment=production']";
        Assert.NotNull((await olivia.PageAsync(grant)).QuerySelector(reach));
        Assert.Null((await dirk.PageAsync(grant)).QuerySelector(reach));
        var ended = (await dirk.PageAsync(grant)).QuerySelector("main")!.TextContent;
        Assert.Contains("Fraud case 7.", ended, StringComparison.Ordinal);
        Assert.Contains("Olivia Owner", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_never_cached()
    {
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var registered = await dirk.PostAsync("/applications/new", "/applications/new", ("team", "channels"), ("name", "Night batch"), ("description", ""));
        var text = await registered.Content.ReadAsStringAsync();
        Assert.Contains("mkt_cs_", text, StringComparison.Ordinal);
        Assert.True(registered.Headers.CacheControl!.NoStore);
        var list = await dirk.PageAsync("/applications?q=night");
        var application = list.QuerySelector("main tbody a")!.GetAttribute("href")!;
        Assert.DoesNotContain("mkt_cs_", (await dirk.PageAsync(application)).Body!.InnerHtml, StringComparison.Ordinal);
    }

    private static string[] Chosen(AngleSharp.Dom.IDocument page) =>
        [.. page.QuerySelectorAll("input[name=operations]").Select(input => input.GetAttribute("value")!)];
}
