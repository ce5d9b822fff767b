using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class CatalogPageTests(CatalogPageTests.Payments catalog) : IClassFixture<CatalogPageTests.Payments>
{
    [Theory]
    [InlineData("/catalog?q=payment", "/payments/{id}/status", "/payments", "/payments")]
    [InlineData("/catalog?q=post+payments", "/payments")]
    [InlineData("/catalog?q=payments&method=GET&tag=status", "/payments/{id}/status")]
    public async Task Endpoints_are_found_by_words_and_facets_and_the_fragment_is_the_page_s_own_part(string url, params string[] paths)
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");

        var page = await dirk.GetAsync(url);
        var fragment = await dirk.GetAsync(url, ("HX-Request", "true"));

        Assert.Equal(paths.Order(), page.Html.QuerySelectorAll(".operation-hits code").Select(c => c.TextContent).Order());
        Assert.Equal(page.Html.GetElementById("results")!.OuterHtml.Trim(), fragment.Html.GetElementById("results")!.OuterHtml.Trim());
        Assert.DoesNotContain("<html", fragment.Text, StringComparison.Ordinal);
        // What htmx puts into the address bar shows the same again.
        var shared = await dirk.GetAsync(Assert.Single(fragment.Headers.GetValues("HX-Push-Url")));
        Assert.Equal(page.Html.GetElementById("results")!.TextContent, shared.Html.GetElementById("results")!.TextContent);
    }

    [Fact]
    public async Task A_facet_counts_what_it_would_find_and_is_taken_back_by_its_own_link()
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");
        var page = await dirk.GetAsync("/catalog?q=payments");
        var get = page.Html.QuerySelectorAll(".facet a").Single(a => a.TextContent.Trim().StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal("2", get.QuerySelector(".facet-count")!.TextContent);

        var narrowed = await dirk.GetAsync(get.GetAttribute("href")!);
        Assert.Equal(2, narrowed.Html.QuerySelectorAll(".operation-hits li").Length);
        var chosen = narrowed.Html.QuerySelector(".facet a[aria-current=true]")!;
        Assert.Equal(3, (await dirk.GetAsync(chosen.GetAttribute("href")!)).Html.QuerySelectorAll(".operation-hits li").Length);
    }

    [Fact]
    public async Task What_is_not_found_says_what_to_do()
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");
        var page = await dirk.GetAsync("/catalog?q=zeppelin");
        Assert.Equal((200, "Nothing matches"), (page.Status, page.Html.QuerySelector(".empty-state h2")!.TextContent));
        Assert.NotNull(page.Html.QuerySelector(".empty-state a[href='/catalog']"));
    }

    [Fact]
    public async Task What_a_document_says_is_text_and_never_markup()
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");
        foreach (var url in new[] { "/catalog?q=status", "/apis/payments/v1" })
        {
            var page = await dirk.GetAsync(url);
            Assert.Contains("<script>alert(1)</script> status", page.Html.Body!.TextContent, StringComparison.Ordinal);
            Assert.Empty(page.Html.QuerySelectorAll("script:not([src])"));
        }
    }

    [Fact]
    public async Task The_filter_of_an_api_s_endpoints_gives_the_same_table_as_a_fragment()
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");
        var page = await dirk.GetAsync("/apis/payments/v1?q=status");
        var fragment = await dirk.GetAsync("/apis/payments/v1?q=status", ("HX-Request", "true"));
        Assert.Equal(["getStatus"], page.Html.QuerySelectorAll("input[name=operation]").Select(i => i.GetAttribute("value")!));
        Assert.Equal(page.Html.GetElementById("endpoints")!.OuterHtml.Trim(), fragment.Html.Body!.InnerHtml.Trim());
        Assert.Equal("/apis/payments/v1/request", page.Html.GetElementById("endpoints")!.GetAttribute("action"));
    }

    [Fact]
    public async Task The_document_is_read_in_place_and_downloaded_as_it_was_given()
    {
        using var dirk = await catalog.Portal.SignedInAsync("dirk");

        var reader = await dirk.GetAsync("/apis/payments/v1/document");
        Assert.Equal("/apis/payments/v1/document.json", reader.Html.GetElementById("document")!.GetAttribute("data-url"));
        var policy = Assert.Single(reader.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self'; style-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);

        var json = await dirk.GetAsync("/apis/payments/v1/document.json");
        Assert.StartsWith("{\"openapi\":\"3.1.0\"", json.Text, StringComparison.Ordinal);
        Assert.Equal(304, (await dirk.GetAsync("/apis/payments/v1/document.json", ("If-None-Match", json.Headers.ETag!.Tag))).Status);
        Assert.Equal(Documents.Payments, (await dirk.GetAsync("/apis/payments/v1/document/original")).Text);
        Assert.Equal(404, (await dirk.GetAsync("/apis/payments/v1/document.json?revision=2")).Status);
    }

    [Fact]
    public async Task A_draft_is_seen_by_its_team_only()
    {
        await using var app = await OpenAsync();
        await app.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");
        using var olivia = await app.SignedInAsync("olivia");
        using var dirk = await app.SignedInAsync("dirk");
        string[] urls = ["/apis/payments", "/apis/payments/v1", "/apis/payments/v1/document", "/apis/payments/v1/document.json", "/apis/payments/v1/revisions"];
        foreach (var url in urls)
        {
            Assert.Equal(404, (await dirk.GetAsync(url)).Status);
            Assert.NotEqual(404, (await olivia.GetAsync(url)).Status);
        }

        Assert.Equal("Nothing matches", (await dirk.GetAsync("/catalog?q=payments")).Html.QuerySelector(".empty-state h2")!.TextContent);
    }

    private static async Task<LivePortal> OpenAsync()
    {
        var app = await LivePortal.StartAsync(new PostgresFixture());
        await app.AddPersonAsync("olivia", "Olivia Bakker");
        await app.AddPersonAsync("dirk", "Dirk Smit");
        await app.AddTeamAsync("payments", "Payments Platform", "olivia");
        using var olivia = await app.SignedInAsync("olivia");
        var done = await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", PublishPageTests.NewApi(Documents.Payments));
        Assert.Equal(303, done.Status);
        return app;
    }

    /// <summary>A portal with one API, for those who only read.</summary>
    public sealed class Payments : IAsyncLifetime
    {
        public LivePortal Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Portal = await OpenAsync();

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
