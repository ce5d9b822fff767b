using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Xml.Linq;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;

namespace Marketplace.Portal.Tests.Catalog.Changes;

public sealed class ChangePageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>, IAsyncLifetime
{
    private const string One = """
        {"openapi":"3.0.3","info":{"title":"Cards <b>","version":"1"},"paths":{
          "/cards":{"get":{"operationId":"listCards","responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Card"}}}}}}},
          "/cards/{id}":{"get":{"operationId":"getCard","responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Card"}}}}}}}},
         "components":{"schemas":{"Card":{"type":"object","required":["pan"],"properties":{"pan":{"type":"string"}}}}}}
        """;

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly string Two = One.Replace("\"required\":[\"pan\"],", "", StringComparison.Ordinal);

    private static int _apis;

    private readonly BankApp _app = shared.App;
    private readonly string _api = $"cards-{Interlocked.Increment(ref _apis)}";

    public async ValueTask InitializeAsync()
    {
        var bank = _app.Bank;
        Assert.True((await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", _api, "Cards", "Plastic.", Classification.Internal), default)).Succeeded);
        Assert.True((await bank.Use<PublishSpec>().ExecuteAsync(bank.Olivia, new(_api, "v1", Encoding.UTF8.GetBytes(One)), default)).Succeeded);
        var asked = await bank.Use<SubmitAccessRequest>().ExecuteAsync(
            bank.Dirk, new(bank.App.ClientId, _api, "v1", "production", ["getCard"], "Shows cards to customers.", bank.Clock.GetUtcNow().AddDays(30)), default);
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Olivia, asked.Value, [new("getCard", true, null)], default)).Succeeded);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Before_publishing_a_person_sees_what_breaks_for_whom_and_the_ways_on()
    {
        var olivia = await _app.BrowserOfAsync(_app.Bank.Olivia);
        var page = $"/apis/{_api}/publish";

        var preview = await PublishAsync(olivia, HttpStatusCode.OK, ("step", "preview"));
        Assert.Contains("The response property Card.pan was always there and may now be absent.", preview.QuerySelector(".changes")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 application of 1 team", preview.QuerySelector(".impact-head")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Mobile app (CHANNELS)", preview.QuerySelector(".publish-effect table")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(preview.QuerySelectorAll(".impact-picture text"), t => t.TextContent.StartsWith("CHANNELS", StringComparison.Ordinal));
        Assert.Equal("v2", preview.QuerySelector("input[name=nextLine]")!.GetAttribute("value"));
        // What was judged is what will be published.
        Assert.Contains("\"pan\"", preview.QuerySelector("textarea[name=text]")!.TextContent, StringComparison.Ordinal);

        var refused = await PublishAsync(olivia, HttpStatusCode.UnprocessableEntity);
        Assert.Contains($"breaks 2 endpoints of {_api} v1", refused.QuerySelector(".problem-summary")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(refused.QuerySelector("textarea[name=overrideReason]"));
        await PublishAsync(olivia, HttpStatusCode.UnprocessableEntity, ("overrideReason", "short"));
        // Enter in a field looks again; it neither overrides nor opens a line.
        Assert.Equal("preview", refused.QuerySelector($"form[action='/apis/{_api}/publish'] button")!.GetAttribute("value"));

        Assert.Equal($"/apis/{_api}/v2", (await olivia.PostAsync(page, page, [.. Fields, ("step", "next"), ("nextLine", "v2")])).Headers.Location!.OriginalString);
        Assert.Equal($"/apis/{_api}/v1", (await olivia.PostAsync(page, page, [.. Fields, ("overrideReason", "The only caller has agreed.")])).Headers.Location!.OriginalString);
        var changelog = await olivia.PageAsync($"/apis/{_api}/changelog");
        Assert.Equal(["v1.2", "v2.1", "v1.1"], changelog.QuerySelectorAll(".changelog h2 a").Select(a => a.TextContent).OrderByDescending(t => t == "v1.2").ThenByDescending(t => t, StringComparer.Ordinal));
        Assert.Contains("The only caller has agreed.", changelog.QuerySelector(".changelog")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Changes", changelog.QuerySelector(".tabs a[aria-current=page]")!.TextContent);
        // v2 has one revision: what came before it is on v1.
        var compared = await olivia.PageAsync($"/apis/{_api}/compare");
        Assert.Equal(["v1.2", "v2.1"], compared.QuerySelectorAll("option[selected]").Select(o => o.TextContent));
    }

    [Fact]
    public async Task Two_revisions_stand_side_by_side_with_and_without_script()
    {
        await OverrideAsync();
        var dirk = await _app.BrowserOfAsync(_app.Bank.Dirk);

        var page = await dirk.PageAsync($"/apis/{_api}/compare");
        Assert.Equal("response-property-became-optional", Assert.Single(page.QuerySelectorAll(".change code[title]")).TextContent);
        Assert.Equal(2, page.QuerySelectorAll(".changed-endpoints > li").Length);
        var link = page.QuerySelectorAll(".changed-endpoints a").Single(a => a.TextContent.Contains("/cards/{id}", StringComparison.Ordinal)).GetAttribute("href")!;
        var open = await dirk.PageAsync(link.Split('#')[0]);
        Assert.Equal(["GET /cards/{id}", "schemas › Card"], open.QuerySelectorAll(".twin caption").Select(c => c.TextContent));
        Assert.Contains(open.QuerySelectorAll(".twin-gone"), td => td.TextContent.Contains("required", StringComparison.Ordinal));

        var same = await dirk.PageAsync($"/apis/{_api}/compare?from=v1.2&to=v1.2");
        Assert.Contains("The same revision twice", same.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var back = await dirk.PageAsync($"/apis/{_api}/compare?from=v1.2&to=v1.1&only=breaking");
        Assert.Contains("Nothing breaks", back.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_asks_before_it_merges()
    {
        using var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);

        using var answer = await dirk.PostAsync($"/api/v1/apis/{_api}/versions/v1/compare", new StringContent(Two, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = (await answer.Content.ReadFromJsonAsync<ComparisonBody>())!;
        Assert.Equal((true, "breaking", "v1.1", "candidate", "v2", 1), (body.Breaking, body.Verdict, body.From, body.To, body.NextVersion, body.Counts.Breaking));
        var change = Assert.Single(body.Changes);
        Assert.Equal(("response-property-became-optional", 2, "#/components/schemas/Card/properties/pan"), (change.Kind, change.Touches, change.Pointer));
        Assert.Equal((1, 1), (body.Affected.Applications, body.Affected.Teams));
        Assert.Equal(("Mobile app", "getCard"), (Assert.Single(body.Affected.Consumers).Application, Assert.Single(body.Affected.Operations).Key));
        using var none = await dirk.PostAsync($"/api/v1/apis/{_api}/versions/v1/compare", new StringContent(One, Encoding.UTF8, "application/json"));
        Assert.False((await none.Content.ReadFromJsonAsync<ComparisonBody>())!.Breaking);
    }

    [Fact]
    public async Task The_feed_is_Atom_for_whoever_has_a_token()
    {
        await OverrideAsync();
        using var dirk = await _app.ProgramOfAsync(_app.Bank.Dirk);

        using var answer = await dirk.GetAsync($"/api/v1/apis/{_api}/changelog.atom");

        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType!.MediaType);
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        Assert.Equal(Atom + "feed", feed.Name);
        // RFC 4287 §4.1.1 and §4.1.2: each has exactly one id, title and updated; an entry an author, as the feed has none.
        foreach (var element in feed.Elements(Atom + "entry").Prepend(feed))
        {
            Assert.True(Uri.TryCreate(element.Element(Atom + "id")!.Value, UriKind.Absolute, out var id) && id.Scheme == "urn");
            Assert.True(DateTimeOffset.TryParse(element.Element(Atom + "updated")!.Value, out _));
            Assert.NotEmpty(Assert.Single(element.Elements(Atom + "title")).Value);
        }
        var entries = feed.Elements(Atom + "entry").ToList();
        Assert.Equal(2, entries.Count);
        Assert.All(entries, e => Assert.NotEmpty(e.Element(Atom + "author")!.Element(Atom + "name")!.Value));
        Assert.Equal(entries.Count, entries.Select(e => e.Element(Atom + "id")!.Value).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(feed.Element(Atom + "updated")!.Value, entries[0].Element(Atom + "updated")!.Value);
        // As configured, whatever Host the request named.
        Assert.Equal($"http://localhost/api/v1/apis/{_api}/changelog.atom", feed.Elements(Atom + "link").Single(l => l.Attribute("rel")!.Value == "self").Attribute("href")!.Value);
        Assert.All(feed.Descendants(Atom + "link"), l => Assert.StartsWith("http://localhost/", l.Attribute("href")!.Value, StringComparison.Ordinal));
        Assert.Contains("<li>Breaking: The response property `Card.pan`", entries.Single(e => e.Element(Atom + "category") is not null).Element(Atom + "content")!.Value.Replace("&#x60;", "`", StringComparison.Ordinal), StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/apis/{_api}/changelog.atom");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await dirk.SendAsync(again)).StatusCode);
        Assert.Equal(2, (await dirk.GetFromJsonAsync<PageBody<ChangelogEntryBody>>($"/api/v1/apis/{_api}/changelog"))!.Total);
    }

    private static (string, string)[] Fields => [("version", "v1"), ("source", "paste"), ("text", Two)];

    private async Task OverrideAsync()
    {
        _app.Bank.Clock.Advance(TimeSpan.FromMinutes(1));
        var done = await _app.Bank.Use<PublishSpec>().ExecuteAsync(
            _app.Bank.Olivia, new(_api, "v1", Encoding.UTF8.GetBytes(Two), OverrideReason: "The only caller has agreed."), default);
        Assert.True(done.Succeeded, string.Join("; ", done.Problems));
    }

    private async Task<AngleSharp.Html.Dom.IHtmlDocument> PublishAsync(BankBrowser browser, HttpStatusCode status, params (string, string)[] more)
    {
        using var answer = await browser.PostAsync($"/apis/{_api}/publish", $"/apis/{_api}/publish", [.. Fields, .. more]);
        Assert.Equal(status, answer.StatusCode);
        return await BankBrowser.DocumentAsync(answer);
    }
}
