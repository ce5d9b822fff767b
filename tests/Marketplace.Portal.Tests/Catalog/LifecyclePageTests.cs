using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class LifecyclePageTests(PostgresFixture postgres, SharedBankApp shared) : IClassFixture<PostgresFixture>, IClassFixture<SharedBankApp>
{
    [Fact]
    public async Task The_end_of_a_line_is_told_in_its_document_its_headers_and_on_its_page()
    {
        var app = shared.App;
        var bank = app.Bank;
        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default);
        foreach (var line in new[] { "v1", "v2" })
            Assert.True((await bank.Use<PublishSpec>().ExecuteAsync(
                bank.Olivia, new("cards", line, Encoding.UTF8.GetBytes(RoleRoutes.RoleWorld.Document("Cards " + line))), default)).Succeeded);
        using var olivia = await app.ProgramOfAsync(bank.Olivia);
        var tagBefore = (await olivia.GetAsync("/api/v1/apis/cards/versions/v1/document")).Headers.ETag;

        var end = bank.Clock.GetUtcNow().AddDays(60);
        var moved = await olivia.PutAsJsonAsync(
            "/api/v1/apis/cards/versions/v1", new { lifecycle = "deprecated", basePath = "", sunsetAt = end, successor = new { api = "cards", version = "v2" } });
        Assert.Equal(new LineBody("cards", "v2"), (await moved.Content.ReadFromJsonAsync<VersionBody>())!.Successor);

        var dirk = await app.BrowserOfAsync(bank.Dirk);
        foreach (var answer in new[] { await olivia.GetAsync("/api/v1/apis/cards/versions/v1/document"), await dirk.Client.GetAsync("/apis/cards/v1/document.json") })
        {
            Assert.Equal($"@{bank.Clock.GetUtcNow().ToUnixTimeSeconds()}", Assert.Single(answer.Headers.GetValues("Deprecation")));
            Assert.Equal(end.ToString("R"), Assert.Single(answer.Headers.GetValues("Sunset")));
            Assert.Contains("</apis/cards/v2>; rel=\"successor-version\"", answer.Headers.GetValues("Link"));
            Assert.NotEqual(tagBefore, answer.Headers.ETag);
            var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.True((bool)document["paths"]!["/cards"]!["get"]!["deprecated"]!);
            Assert.Equal("cards/v2", (string?)document["info"]!["x-successor"]);
        }
        Assert.DoesNotContain("x-successor", await olivia.GetStringAsync("/api/v1/apis/cards/versions/v1/document?original=true"), StringComparison.Ordinal);
        Assert.Equal("/apis/cards/v2", (await dirk.PageAsync("/apis/cards/v1")).QuerySelector(".note-warn a")!.GetAttribute("href"));
        Assert.False((await olivia.GetAsync("/api/v1/apis/cards/versions/v2/document")).Headers.Contains("Deprecation"));
    }

    [Fact]
    public async Task An_owner_sees_what_retiring_would_cut_off_before_doing_it()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        await app.Bank.GrantAsync("getPayment", "listPayments");
        await app.Bank.Use<ChangeVersion>().ExecuteAsync(
            app.Bank.Olivia, new("payments", "v1", Lifecycle.Deprecated, app.Bank.Clock.GetUtcNow().AddDays(9), ""), default);
        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        var settings = await olivia.PageAsync("/apis/payments/v1/settings");
        Assert.Contains("This cuts off 1 application of 1 team at once: 2 grants will end.", settings.QuerySelector(".confirm-body:has([value=retired])")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Mobile app", settings.QuerySelector(".impact-list")!.TextContent, StringComparison.Ordinal);

        var unexplained = await olivia.PostAsync("/apis/payments/v1/settings/lifecycle", "/apis/payments/v1/settings", ("lifecycle", "retired"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unexplained.StatusCode);
        Assert.Equal("reason", (await BankBrowser.DocumentAsync(unexplained)).QuerySelector("details[open] [aria-invalid=true]")!.GetAttribute("name"));
        var done = await olivia.PostAsync("/apis/payments/v1/settings/lifecycle", "/apis/payments/v1/settings", ("lifecycle", "retired"), ("reason", "Nobody calls it."));
        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);

        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        Assert.Contains("Payments v1 is retired", (await dirk.PageAsync("/inbox")).QuerySelector(".messages")!.TextContent, StringComparison.Ordinal);
        var application = await dirk.PageAsync($"/applications/{app.Bank.App.ClientId}");
        Assert.Equal("What it may call 0", application.QuerySelector("#grants")!.TextContent);
        Assert.Equal(2, (await dirk.PageAsync($"/applications/{app.Bank.App.ClientId}?ended=true")).QuerySelectorAll("[aria-labelledby=grants] tbody tr").Length);
    }

    [Fact]
    public async Task Consumers_stand_within_the_frame_of_their_API()
    {
        var app = shared.App;
        await app.Bank.GrantAsync("getPayment");
        foreach (var (reader, named) in new[] { (app.Bank.Olivia, true), (app.Bank.Stranger, false) })
        {
            var browser = await app.BrowserOfAsync(reader);
            foreach (var url in new[] { "/consumers", "/consumers/endpoints", "/consumers?operation=getPayment" })
            {
                var page = await browser.PageAsync("/apis/payments/v1" + url);
                Assert.Equal("Consumers", page.QuerySelector(".tabs [aria-current=page]")!.TextContent);
                if (!url.EndsWith("endpoints", StringComparison.Ordinal))
                    Assert.Equal(named, page.QuerySelector("main")!.TextContent.Contains("Mobile app", StringComparison.Ordinal));
            }
            Assert.Equal(named ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await browser.Client.GetAsync("/apis/payments/v1/grants")).StatusCode);
        }
    }
}
