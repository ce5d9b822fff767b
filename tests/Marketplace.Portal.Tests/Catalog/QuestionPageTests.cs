using System.Net;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class QuestionPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Line = "/apis/payments/v1";

    [Fact]
    public async Task A_question_is_asked_answered_accepted_and_moderated_without_script()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var dirk = await app.BrowserOfAsync(app.Bank.Dirk);
        var olivia = await app.BrowserOfAsync(app.Bank.Olivia);
        var tooShort = await dirk.PostAsync(Line + "/questions", Line + "/questions", ("title", "Why?"), ("markdown", "<b>x</b>"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooShort.StatusCode);
        Assert.Equal("Why?", (await BankBrowser.DocumentAsync(tooShort)).QuerySelector("details[open] [aria-invalid=true]")!.GetAttribute("value"));
        var asked = await dirk.PostAsync(Line + "/questions", Line + "/questions", ("title", "How do I cancel a payment?"), ("markdown", "<script>alert(1)</script>"));
        var url = asked.Headers.Location!.OriginalString;
        Assert.EndsWith("/how-do-i-cancel-a-payment", url, StringComparison.Ordinal);

        var notice = (await olivia.PageAsync("/inbox")).QuerySelector(".messages form")!;
        var opened = await olivia.PostAsync(notice.GetAttribute("action")!, "/inbox");
        var bare = (await olivia.Client.GetAsync(opened.Headers.Location)).Headers.Location!.OriginalString;
        Assert.Equal(url, (await olivia.Client.GetAsync(bare)).Headers.Location!.OriginalString);
        await olivia.PostAsync(bare + "/answers", url, ("markdown", "With `DELETE`."));
        await dirk.PostAsync(bare + "/answers", url, ("markdown", "I found it myself."));

        var page = await dirk.PageAsync(url);
        Assert.Empty(page.QuerySelectorAll("main script"));
        Assert.Equal(["Olivia Owner", "Dirk Developer"], page.QuerySelectorAll("section[aria-label^='Answer of']").Select(s => s.GetAttribute("aria-label")!["Answer of ".Length..]));
        var second = page.QuerySelectorAll("section[aria-label^='Answer of'] form[action$=accepted] input[name=answer]")[1].GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.SeeOther, (await dirk.PostAsync(bare + "/accepted", url, ("answer", second))).StatusCode);
        Assert.Equal("Answer of Dirk Developer", (await olivia.PageAsync(url)).QuerySelector(".post-accepted")!.GetAttribute("aria-label"));

        var unexplained = await olivia.PostAsync($"{bare}/answers/{second}/remove", url);
        Assert.Equal("reason", (await BankBrowser.DocumentAsync(unexplained)).QuerySelector("[aria-invalid=true]")!.GetAttribute("name"));
        await olivia.PostAsync($"{bare}/answers/{second}/remove", url, ("reason", "Says nothing."));
        Assert.Null((await dirk.PageAsync(url)).QuerySelector(".post-accepted"));
        Assert.Single((await dirk.PageAsync(url + "?edit=question")).QuerySelectorAll("[id=field-markdown]"));
    }
}
