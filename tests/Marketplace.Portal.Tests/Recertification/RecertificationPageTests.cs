using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using AngleSharp.Dom;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Recertification;

public sealed class RecertificationPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_campaign_is_opened_answered_closed_and_proven_without_script()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        await app.Bank.HoldUnusedAsync();
        var auditor = await app.BrowserOfAsync(app.Bank.Auditor);
        (string, string)[] form = [("name", "Fourth quarter"), ("api", "payments"), ("due", "2026-02-01"), ("reviewers", "owner")];
        var reach = await BankBrowser.DocumentAsync(await auditor.PostAsync("/recertification", "/recertification/new", [.. form, ("check", "true")]));
        Assert.Contains("about 4 grants of 1 application, to APIs of 1 team", reach.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        var opened = await auditor.PostAsync("/recertification", "/recertification/new", form);
        var url = opened.Headers.Location!.OriginalString;

        // The auditor reads, and has nothing to answer with.
        Assert.Empty((await auditor.PageAsync(url)).QuerySelectorAll("#review input[name=items], #review button[name=action]"));

        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        var page = await olivia.PageAsync(url);
        var boxes = page.QuerySelectorAll("#review input[name=items]").ToList();
        Assert.Equal(4, boxes.Count);
        Assert.Contains("POST /payments ", boxes[0].GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Contains("Never used", boxes[0].Closest("tr")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Dirk Developer, request 1", boxes[3].Closest("tr")!.TextContent, StringComparison.Ordinal);

        var refused = await olivia.PostAsync(url + "/answers", url, ("items", boxes[0].GetAttribute("value")!), ("action", "revoke"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await BankBrowser.DocumentAsync(refused);
        Assert.Equal("true", again.QuerySelector("#field-reason")!.GetAttribute("aria-invalid"));
        Assert.True(again.QuerySelector("#review input[name=items]")!.HasAttribute("checked"));

        var answered = await olivia.PostAsync(
            url + "/answers", url, [.. boxes.Take(3).Select(b => ("items", b.GetAttribute("value")!)), ("action", "keep_used"), ("reason", "Nobody calls it.")]);
        Assert.Equal(HttpStatusCode.SeeOther, answered.StatusCode);
        page = await olivia.PageAsync(url);
        Assert.Contains("2 grants revoked. 1 was of unknown use", page.QuerySelector(".flash")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 4", page.QuerySelector(".review-progress")!.TextContent, StringComparison.Ordinal);

        // The same as a part, as htmx asks for it.
        var part = new HttpRequestMessage(HttpMethod.Post, url + "/answers") { Headers = { { "HX-Request", "true" } } };
        part.Content = new FormUrlEncodedContent([
            new("__RequestVerificationToken", await olivia.FormTokenAsync(url)), new("items", boxes[3].GetAttribute("value")), new("action", "keep")]);
        var fragment = await BankBrowser.DocumentAsync(await olivia.Client.SendAsync(part));
        Assert.Null(fragment.QuerySelector("nav.side, main"));
        Assert.Contains("3 of 4", fragment.QuerySelector("#review .review-progress")!.TextContent, StringComparison.Ordinal);

        // What was kept its reviewers may take back, and nobody else.
        Assert.Single((await olivia.PageAsync(url + "?show=answered")).QuerySelectorAll("#review input[name=items]"));
        Assert.Empty((await auditor.PageAsync(url + "?show=answered")).QuerySelectorAll("#review input[name=items]"));
        var early = await auditor.PostAsync(url + "/close", url, ("reason", ""));
        Assert.Contains("1 grant has no answer yet", (await BankBrowser.DocumentAsync(early)).QuerySelector("details.confirm[open]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await auditor.PostAsync(url + "/close", url, ("reason", "The year ends."))).StatusCode);
        var file = await auditor.PostAsync(url + "/evidence", url, ("format", "csv"));
        Assert.Equal("text/csv", file.Content.Headers.ContentType!.MediaType);
        var hash = SHA256.HashData(await file.Content.ReadAsByteArrayAsync());
        Assert.Equal($"sha256=:{Convert.ToBase64String(hash)}:".Replace("sha256", "sha-256", StringComparison.Ordinal), file.Headers.GetValues("Repr-Digest").Single());
        Assert.Contains(Convert.ToHexStringLower(hash), (await auditor.PageAsync(url)).QuerySelector("#main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_used_is_asked_for_and_given_up_by_pages_and_by_the_API()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        await app.Bank.HoldUnusedAsync();
        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        const string List = "/recertification/unused";
        var page = await olivia.PageAsync(List);
        Assert.Contains("2 of 4 endpoints", page.QuerySelector("main table")!.TextContent, StringComparison.Ordinal);
        var ask = page.QuerySelector($"form[action='{List}/ask']")!;
        var fields = ask.QuerySelectorAll("input").Where(i => i.GetAttribute("name") != "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).ToArray();
        Assert.Equal(HttpStatusCode.SeeOther, (await olivia.PostAsync($"{List}/ask", List, fields)).StatusCode);

        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        var asked = (await dirk.PageAsync(List)).QuerySelector("main table a[href^='/recertification/narrowing/']")!.GetAttribute("href")!;
        Assert.Equal(2, (await dirk.PageAsync(asked)).QuerySelectorAll("main tbody tr").Length);
        Assert.Equal(HttpStatusCode.SeeOther, (await dirk.PostAsync($"{asked}/answer", asked, ("answer", "give_up"))).StatusCode);
        Assert.Contains("Given up", (await olivia.PageAsync(asked)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);

        var program = await app.ProgramOfAsync(app.Bank.Olivia);
        Assert.Equal(0, (await program.GetFromJsonAsync<JsonElement>("/api/v1/unused-grants")).GetProperty("total").GetInt32());
        var opened = await program.PostAsJsonAsync(
            "/api/v1/recertifications", new { name = "All of ours", scope = new { apiTeam = "payments" }, due = app.Bank.Clock.GetUtcNow().AddDays(20) });
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        var items = await program.GetFromJsonAsync<JsonElement>(opened.Headers.Location + "/items?use=used");
        Assert.Equal("listPayments", Assert.Single(items.GetProperty("items").EnumerateArray()).GetProperty("operation").GetString());
        var evidence = (await (await program.PostAsync(opened.Headers.Location + "/evidence?format=jsonl", null)).Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, evidence.Length);
    }
}
