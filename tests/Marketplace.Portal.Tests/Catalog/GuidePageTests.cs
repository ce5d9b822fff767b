using System.Net;
using Marketplace.Core.Catalog.Guides;

namespace Marketplace.Portal.Tests.Catalog;

[Collection(OneBankApp.Name)]
public sealed class GuidePageTests(SharedBankApp shared)
{
    private const string Line = "/apis/payments/v1";
    private const string Hostile = "# Hello\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/p.gif)";

    [Fact]
    public async Task A_guide_is_previewed_published_and_changed_by_the_team_and_runs_no_script()
    {
        var app = shared.App;
        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        var preview = await BankBrowser.DocumentAsync(await olivia.PostAsync(
            Line + "/guides", Line + "/write-guide", ("title", "Start here"), ("markdown", Hostile), ("then", "preview")));
        Assert.Equal("Hello", preview.QuerySelector(".preview .prose h2")!.TextContent);
        Assert.Equal(Hostile, preview.QuerySelector("textarea")!.TextContent.ReplaceLineEndings("\n"));

        var published = await olivia.PostAsync(Line + "/guides", Line + "/write-guide", ("title", "Start here"), ("markdown", Hostile), ("then", "save"));
        Assert.Equal((HttpStatusCode.SeeOther, Line + "/guides/start-here"), (published.StatusCode, published.Headers.Location!.OriginalString));
        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        var guide = await dirk.PageAsync(Line + "/guides");
        Assert.Equal("Guides 1", string.Join(' ', guide.QuerySelector(".tabs [aria-current=page]")!.ChildNodes.Select(n => n.TextContent)));
        Assert.Empty(guide.QuerySelectorAll("script:not([src]), .prose img, .prose a[href^=javascript]"));
        Assert.Contains("<script>alert(1)</script>", guide.QuerySelector(".prose")!.TextContent, StringComparison.Ordinal);
        Assert.Null(guide.QuerySelector("main a[href*='write-guide']"));
        Assert.Equal(Line + "/guides/start-here", (await dirk.Client.GetAsync("/apis/payments/guides/start-here")).Headers.Location!.OriginalString);

        Assert.True((await app.Bank.Use<WriteGuide>().ChangeAsync(app.Bank.Oscar, "payments", "start-here", "Start here", "Oscar's.", 1, default)).Succeeded);
        var late = await olivia.PostAsync(Line + "/guides/start-here", Line + "/write-guide", ("title", "Start here"), ("markdown", "Mine."), ("revision", "1"), ("then", "save"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        var again = await BankBrowser.DocumentAsync(late);
        Assert.Contains("Somebody else has changed this guide", again.QuerySelector(".problem-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Mine.", again.QuerySelector("textarea")!.TextContent);
    }
}
