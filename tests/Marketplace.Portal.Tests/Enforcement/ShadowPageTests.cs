using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Enforcement;

/// <summary>From "nobody has a token" to "it is enforced", by the pages alone, without script.</summary>
public sealed class ShadowPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Page = "/apis/payments/v1/enforcement/shadow?environment=production";
    private const string Post = "/apis/payments/v1/enforcement/shadow/";

    [Fact]
    public async Task An_owner_goes_from_shadow_mode_by_requests_to_enforcing()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var bank = app.Bank;
        var (olivia, sven, dirk) = (await app.BrowserOfAsync(bank.Olivia), await app.BrowserOfAsync(bank.SecurityOfficer), await app.BrowserOfAsync(bank.Dirk));
        var before = await olivia.PageAsync(Page);
        Assert.Equal("It is enforced", before.QuerySelector("#shadow-head")!.TextContent);
        Assert.Contains("Ask the security officers", before.QuerySelector(".shadow-begin button")!.TextContent, StringComparison.Ordinal);

        // Confidential data: the owner asks, a security officer allows.
        var day = bank.Clock.GetUtcNow().AddDays(14).ToString("yyyy-MM-dd");
        var bad = await olivia.PostAsync(Post + "begin", Page, ("environment", "production"), ("until", "2031-01-01"), ("reason", "Our callers have no tokens yet."));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        Assert.Equal("until", (await BankBrowser.DocumentAsync(bad)).QuerySelector("details[open] [aria-invalid=true]")!.GetAttribute("name"));
        await RedirectedAsync(olivia.PostAsync(Post + "begin", Page, ("environment", "production"), ("until", day), ("reason", "Our callers have no tokens yet.")));
        Assert.Null((await olivia.PageAsync("/apis/payments/v1")).QuerySelector(".note-warn"));
        Assert.Contains("Payments v1", (await sven.PageAsync("/shadow")).QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        var waiting = await sven.PageAsync(Page);
        var allow = waiting.QuerySelectorAll("form").OfType<IHtmlFormElement>().Single(f => f.QuerySelector("button")?.TextContent == "Allow it");
        await RedirectedAsync(sven.PostAsync(Post + "begin", Page, [.. allow.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().Where(i => i.Name != "__RequestVerificationToken").Select(i => (i.Name!, i.Value))]));

        // Loud for its team, and nobody else's business.
        Assert.Contains("everything is let through until", (await olivia.PageAsync("/apis/payments/v1")).QuerySelector(".note-warn")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await dirk.PageAsync("/apis/payments/v1")).QuerySelector(".note-warn"));
        Assert.Equal("No call was reported yet", (await olivia.PageAsync(Page)).QuerySelector(".empty-state h2")!.TextContent);

        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 90);
        await bank.LetThroughAsync("", 2, "token_missing", 10);
        await bank.UnmatchedAsync("", "GET", "/payments/12/refunds", 4);
        // In an incident: whoever stops an application is told where that does not stop it.
        Assert.Contains("Stopping it would not stop it everywhere: in shadow mode nobody is refused, in Payments v1 in production until",
            (await sven.PageAsync($"/applications/{bank.App.ClientId}")).QuerySelector(".note-warn")!.TextContent, StringComparison.Ordinal);
        var evidence = await olivia.PageAsync(Page);
        Assert.Equal(["0 %", "1", "10", "100"], evidence.QuerySelectorAll(".figures strong").Select(s => s.TextContent));
        Assert.Contains("90 calls", evidence.QuerySelector("[aria-label='Mobile app'] header")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("No token", evidence.QuerySelector("[aria-labelledby=shadow-anonymous] td")!.TextContent);
        Assert.Equal("/apis/payments/v1/endpoint?operation=getPayment", evidence.QuerySelector("[aria-labelledby=shadow-paths] tbody a")!.GetAttribute("href"));

        // The team is asked; what it finds in its inbox is filled in.
        await RedirectedAsync(olivia.PostAsync(Post + "ask", Page, ("environment", "production")));
        var told = (await dirk.PageAsync("/inbox")).QuerySelector(".messages")!;
        Assert.Contains("Ask for what Mobile app calls of Payments v1", told.TextContent, StringComparison.Ordinal);
        await using (var db = await bank.OpenAsync())
        {
            var link = db.Notifications.Single(n => n.Kind == "access_suggested").Link;
            var request = await dirk.PageAsync(link);
            Assert.Equal("listPayments", ((IHtmlInputElement)request.QuerySelector("input[name=operations]")!).Value);
            Assert.Equal(bank.App.ClientId, ((IHtmlSelectElement)request.QuerySelector("select[name=application]")!).Value);
        }

        await bank.RequestAsync("listPayments");
        Assert.Contains("Approve 1 endpoint in 1 waiting request", (await olivia.PageAsync(Page)).QuerySelector(".shadow-bulk button")!.TextContent, StringComparison.Ordinal);
        await RedirectedAsync(olivia.PostAsync(Post + "approve", Page, ("environment", "production")));
        evidence = await olivia.PageAsync(Page);
        Assert.Equal("90 %", evidence.QuerySelector(".figures strong")!.TextContent);
        Assert.Null(evidence.QuerySelector("#shadow-applications"));

        // Calls without a token would still be refused: the switch wants to be told so.
        var unsure = await olivia.PostAsync(Post + "end", Page, ("environment", "production"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsure.StatusCode);
        Assert.Contains("10 calls of the last 24 hours came without a good token", (await BankBrowser.DocumentAsync(unsure)).QuerySelector("details[open].confirm")!.TextContent, StringComparison.Ordinal);
        await RedirectedAsync(olivia.PostAsync(Post + "end", Page, ("environment", "production"), ("confirmed", "true")));
        Assert.Equal("It is enforced", (await olivia.PageAsync(Page)).QuerySelector("#shadow-head")!.TextContent);
        Assert.Null((await olivia.PageAsync("/apis/payments/v1")).QuerySelector(".note-warn"));
        Assert.Null((await sven.PageAsync($"/applications/{bank.App.ClientId}")).QuerySelector(".note-warn"));
    }

    [Fact]
    public async Task A_program_does_the_same()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var bank = app.Bank;
        using var olivia = await app.ProgramOfAsync(bank.Olivia);
        using var sven = await app.ProgramOfAsync(bank.SecurityOfficer);
        const string Line = "/api/v1/apis/payments/versions/v1/shadow-mode";
        var wish = new { environment = "production", until = bank.Clock.GetUtcNow().AddDays(9), reason = "Our callers have no tokens yet." };
        Assert.Equal("enforced", (await olivia.GetFromJsonAsync<ShadowModeBody>(Line + "?environment=production"))!.State);
        Assert.Equal("asked", (await (await olivia.PutAsJsonAsync(Line, wish)).Content.ReadFromJsonAsync<ShadowModeBody>())!.State);
        Assert.Equal("on", (await (await sven.PutAsJsonAsync(Line, wish)).Content.ReadFromJsonAsync<ShadowModeBody>())!.State);
        Assert.Equal("payments", Assert.Single((await sven.GetFromJsonAsync<PageBody<ShadowLineBody>>("/api/v1/shadow-modes"))!.Items).Api);

        await bank.LetThroughAsync(bank.App.ClientId, 0, "operation_not_granted", 9);
        await bank.UnmatchedAsync(bank.App.ClientId, "PUT", "/payments/12", 4);
        var application = Assert.Single((await olivia.GetFromJsonAsync<PageBody<ShadowApplicationBody>>(Line + "/applications?environment=production"))!.Items);
        Assert.Equal((bank.App.ClientId, "listPayments", 9), (application.Application, application.Endpoints[0].Operation, application.Endpoints[0].Calls));
        Assert.Equal(("/payments/{id}", "getPayment"), Assert.Single((await olivia.GetFromJsonAsync<List<UnmatchedPathBody>>(Line + "/paths?environment=production"))!) is var path ? (path.Shape, path.Nearest) : default);
        Assert.Empty((await olivia.GetFromJsonAsync<List<ShadowCallBody>>(Line + "/calls-without-token?environment=production"))!);

        var asked = await olivia.PostAsJsonAsync(Line + "/asks", new { environment = "production", applications = new[] { bank.App.ClientId } });
        Assert.Equal(1, (await asked.Content.ReadFromJsonAsync<ShadowAskedBody>())!.Applications);
        await bank.RequestAsync("listPayments");
        var approved = await olivia.PostAsJsonAsync(Line + "/approvals", new { environment = "production" });
        Assert.Equal((1, 1), await approved.Content.ReadFromJsonAsync<ShadowApprovedBody>() is { } done ? (done.Requests, done.Endpoints) : default);
        Assert.Equal(100, (await olivia.GetFromJsonAsync<ShadowModeBody>(Line + "?environment=production"))!.WouldPass);
        Assert.Equal(HttpStatusCode.NoContent, (await olivia.DeleteAsync(Line + "?environment=production")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await olivia.DeleteAsync(Line + "?environment=production&confirmed=true")).StatusCode);
    }

    private static async Task RedirectedAsync(Task<HttpResponseMessage> sending)
    {
        var answer = await sending;
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{(int)answer.StatusCode}: {(await BankBrowser.DocumentAsync(answer)).QuerySelector("main")?.TextContent}");
    }
}
