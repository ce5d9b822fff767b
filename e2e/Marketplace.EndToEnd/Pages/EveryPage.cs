using System.Net;
using System.Text.RegularExpressions;
using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Pages;

/// <summary>Whatever a person can reach by links: it answers, is usable by everybody, and keeps to its own security policy.</summary>
[Collection(StackCollection.Name)]
public sealed partial class EveryPage(Stack stack)
{
    [Theory]
    [InlineData("ada", 20)]
    [InlineData("olivia", 20)]
    [InlineData("amir", 15)]
    [InlineData("daan", 15)]
    [InlineData("audrey", 15)]
    public async Task Loads_without_errors_fits_wide_and_narrow_screens_and_has_no_axe_violations(string person, int atLeast)
    {
        await CalledBank.ReportOnceAsync(stack);
        var page = await stack.SignInAsync(person);
        var crawl = new Crawl(page, WithRows(person));
        await crawl.WalkAsync();
        Assert.Empty(crawl.NotReached);
        // Without JavaScript a browser shows what is sent, and a browser of its own for each page would take minutes.
        foreach (var (address, heading) in crawl.Headings)
        {
            var answer = await page.APIRequest.GetAsync(address);
            if (!answer.Ok || Letters(Heading().Match(await answer.TextAsync()).Value) != Letters(heading))
                crawl.Faults.Add($"{address} without JavaScript: {answer.Status}");
        }

        await page.Context.CloseAsync();
        Assert.True(crawl.Faults.Count == 0, string.Join('\n', crawl.Faults));
        Assert.True(crawl.Headings.Count >= atLeast, $"{crawl.Headings.Count} pages:\n{string.Join('\n', crawl.Headings)}");
    }

    /// <summary>What data planes have told of, to those who see it.</summary>
    private string[] WithRows(string person) => person switch
    {
        "ada" or "audrey" or "olivia" => [.. new[] { "usage", "anomalies", "enforcement", "instances", "enforcement/shadow" }
            .Select(view => $"/apis/{CalledBank.Api}/v1/{view}?environment=sandbox"), .. person == "olivia" ? Array.Empty<string>() : ["/refusals", "/shadow"]],
        "daan" => [$"/applications/{stack.Secret("consumer.id")}/usage"],
        _ => [],
    };

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/nothing-here")]
    public async Task A_stranger_sees_accessible_pages_too(string address)
    {
        var page = await Browser.NewPageAsync(stack.Url, width: 390);
        await page.GotoAsync(address);
        Assert.Empty(await Accessibility.ViolationsAsync(page));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await page.Context.CloseAsync();
    }

    /// <summary>Text alone, as spaces between elements are the browser's matter.</summary>
    private static string Letters(string html) => string.Concat(WebUtility.HtmlDecode(Tag().Replace(html, "")).Where(c => !char.IsWhiteSpace(c)));

    [GeneratedRegex("<h1.*?</h1>", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
