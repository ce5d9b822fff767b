using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Map;

/// <summary>One map for all of them: the mobile app may call two endpoints of Payments.</summary>
public sealed class MapPageTests(MapPageTests.Drawn drawn) : IClassFixture<MapPageTests.Drawn>
{
    private readonly BankApp _app = drawn.App;

    [Fact]
    public async Task Every_link_of_the_picture_leads_somewhere_and_a_line_to_its_endpoints()
    {
        var browser = await _app.BrowserOfAsync(_app.Bank.Olivia);
        var page = await browser.PageAsync("/map?team=payments&open=payments&open=channels&depth=2");
        var links = page.QuerySelectorAll("#map a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith('/')).Distinct().ToList();
        Assert.True(links.Count > 8, string.Join('\n', links));
        foreach (var link in links)
            await browser.PageAsync(link);

        var line = Assert.Single(page.QuerySelectorAll("svg .map-line"));
        Assert.Equal("Mobile app may call Payments: 2 grants", line.QuerySelector("title")!.TextContent);
        var chosen = await browser.PageAsync(line.GetAttribute("href")!);
        Assert.Equal(["/payments", "/payments/{id}"], chosen.QuerySelectorAll("section[aria-labelledby=connection] .endpoint code").Select(c => c.TextContent.Trim()).Order(StringComparer.Ordinal));
        Assert.All(page.QuerySelectorAll("svg a"), a => Assert.NotEmpty(a.QuerySelector("title")!.TextContent));
        Assert.Empty(page.QuerySelectorAll("svg [style]"));
    }

    [Fact]
    public async Task Htmx_gets_the_board_alone_and_the_address_to_show()
    {
        var browser = await _app.BrowserOfAsync(_app.Bank.Olivia);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/map?direction=callers&team=payments&page=0&shown=13");
        request.Headers.Add("HX-Request", "true");
        using var response = await browser.Client.SendAsync(request);
        Assert.Equal("/map?team=payments&direction=callers&shown=13", Assert.Single(response.Headers.GetValues("HX-Push-Url")));
        Assert.StartsWith("<div id=\"map\">", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_search_offers_where_to_start()
    {
        var quiet = (await _app.Bank.Use<RegisterApplication>().ExecuteAsync(_app.Bank.Dirk, new("channels", "Night batch", ""), default)).Value!;
        var browser = await _app.BrowserOfAsync(_app.Bank.Dirk);
        var page = await browser.PageAsync("/map?q=night");
        var link = Assert.IsAssignableFrom<IHtmlAnchorElement>(Assert.Single(page.QuerySelectorAll("#map .rows a")));
        Assert.Equal($"/map?application={quiet.ClientId}", link.GetAttribute("href"));
        Assert.Contains("No grant stands here", (await browser.PageAsync(link.GetAttribute("href")!)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rest_api_tells_the_same()
    {
        var program = await _app.ProgramOfAsync(_app.Bank.Dirk);
        var map = await program.GetFromJsonAsync<MapBody>("/api/v1/map?team=channels&open=channels&environment=production");
        Assert.Equal(("team", "channels"), (map!.Start!.Kind, map.Start.Name));
        Assert.Equal(2, Assert.Single(map.Edges).Grants);
        Assert.Equal(("PAYMENTS", 2L), Assert.Single(map.Connections.Items) is var row ? (row.To.Title, row.Grants) : default);
        foreach (var bad in new[] { "team=a&api=b", "direction=up", "depth=3" })
            Assert.Equal(400, (int)(await program.GetAsync("/api/v1/map?" + bad)).StatusCode);
        var grants = await program.GetFromJsonAsync<PageBody<GrantBody>>("/api/v1/grants?applicationTeam=channels&apiTeam=payments");
        Assert.Equal(2, grants!.Total);
        Assert.Equal(0, (await program.GetFromJsonAsync<PageBody<GrantBody>>("/api/v1/grants?applicationTeam=payments"))!.Total);
    }

    public sealed class Drawn : IAsyncLifetime
    {
        public BankApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await BankApp.OpenAsync(new PostgresFixture());
            await App.Bank.GrantAsync("listPayments", "getPayment");
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
