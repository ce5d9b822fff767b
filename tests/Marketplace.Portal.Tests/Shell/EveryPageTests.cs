using Marketplace.Portal.Tests.App;

namespace Marketplace.Portal.Tests.Shell;

public sealed class EveryPageTests(SharedPortal shared) : IClassFixture<SharedPortal>
{
    [Fact]
    public async Task A_post_without_its_antiforgery_token_is_refused()
    {
        using var browser = await shared.Portal.SignedInAsync("carla");

        var refused = await browser.PostAsync("/sign-out");
        Assert.Equal((400, "This form is no longer valid"), (refused.Status, refused.Heading));
        Assert.Equal(400, (await browser.PostAsync("/sign-in", ("userName", "carla"), ("password", LivePortal.Password))).Status);
        Assert.Equal(200, (await browser.GetAsync("/")).Status);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/")]
    [InlineData("/nothing/here")]
    [InlineData("/css/shell.css")]
    public async Task The_strict_policy_is_on_every_response(string url)
    {
        using var browser = await shared.Portal.SignedInAsync("carla");

        foreach (var visitor in new[] { shared.Portal.OpenBrowser(), browser })
        {
            var seen = await visitor.GetAsync(url);
            var policy = Assert.Single(seen.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'self'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(seen.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(seen.Headers.GetValues("Referrer-Policy")));
            Assert.Empty(seen.Html.QuerySelectorAll("script:not([src]), style, [style], [onclick]"));
        }
    }

    [Fact]
    public async Task Files_are_compressed_and_kept_for_ever_and_pages_are_neither()
    {
        using var browser = shared.Portal.OpenBrowser();
        var page = await browser.GetAsync("/sign-in", ("Accept-Encoding", "br"));
        Assert.True(page.Headers.CacheControl!.NoStore);
        var sheet = page.Html.QuerySelectorAll("link[rel=stylesheet]").Select(l => l.GetAttribute("href")!).Single(u => u.Contains("shell.css?v=", StringComparison.Ordinal));

        var file = await browser.GetAsync(sheet, ("Accept-Encoding", "br"));
        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(file.Headers.GetValues("Cache-Control")));
        Assert.Contains("Accept-Encoding", file.Headers.Vary);
        Assert.DoesNotContain("Accept-Encoding", page.Headers.Vary);
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_people_as_a_page_and_to_programs_as_a_problem()
    {
        using var browser = shared.Portal.OpenBrowser();
        var page = await browser.GetAsync("/nothing/here");
        Assert.Equal((404, "There is nothing here"), (page.Status, page.Heading));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing/here");
        var problem = await browser.SendAsync(request);
        Assert.Equal(404, problem.Status);
        Assert.StartsWith("{", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Htmx_is_told_to_leave_for_the_sign_in_page_when_the_session_is_over()
    {
        using var browser = shared.Portal.OpenBrowser();
        var seen = await browser.GetAsync("/?q=x", ("HX-Request", "true"), ("HX-Current-URL", shared.Portal.Address + "catalog?q=pay"));
        Assert.Equal(401, seen.Status);
        Assert.Equal("/sign-in?returnUrl=%2Fcatalog%3Fq%3Dpay", Assert.Single(seen.Headers.GetValues("HX-Redirect")));
    }
}
