using AngleSharp.Html.Parser;
using Marketplace.Portal.Shell;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Shell;

public sealed class SafeMarkdownTests
{
    private static readonly string[] Elements =
        ["p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "div"];

    private static readonly string[] Attributes = ["href", "rel", "start", "tabindex", "class", "role", "aria-label"];

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("<iframe src='javascript:alert(1)'></iframe>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<style>*{background:url(//evil)}</style>")]
    [InlineData("<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">")]
    [InlineData("<!-- --><script>alert(1)</script>")]
    [InlineData("<![CDATA[<script>alert(1)</script>]]>")]
    [InlineData("<?php echo 1 ?>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java\tscript:alert(1))")]
    [InlineData("[x](java&#x0A;script:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x](\u0001javascript:alert(1))")]
    [InlineData("[x](<java script:alert(1)>)")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("[x](//evil.example)")]
    [InlineData("[x](/\\evil.example)")]
    [InlineData("[x](\\\\evil.example)")]
    [InlineData("[x](evil:y)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("![x](https://evil.example/pixel.gif)")]
    [InlineData("![x](data:image/svg+xml,<svg/onload=alert(1)>)")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)")]
    [InlineData("[x](https://a.example \"onmouseover=alert(1)\")")]
    [InlineData("[x](https://a.example\" onmouseover=\"alert(1))")]
    [InlineData("[\"><img src=x onerror=alert(1)>](https://a.example/\"><script>alert(1)</script>)")]
    [InlineData("```html\" onload=\"alert(1)\n<script>alert(1)</script>\n```")]
    [InlineData("# <img src=x onerror=alert(1)> {onclick=alert(1)}")]
    [InlineData("text{onclick=alert(1) style=\"x\"}")]
    [InlineData("| a | <script> |\n|---|:-:|\n| [x](javascript:1) | <b onclick=alert(1)>b</b> |")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;")]
    [InlineData("\u2028<script>\u2029\0\u0008\uFFFE</script>")]
    [InlineData("https://a.example/<script>alert(1)</script> www.a.example\"onclick=1")]
    [InlineData("<p title=\"</p><script>alert(1)</script>\">")]
    [InlineData("*<b>*</b> **<i onmouseover=alert(1)>x**")]
    public void No_script_survives(string markdown)
    {
        var html = new HtmlParser().ParseDocument($"<!doctype html><body>{SafeMarkdown.ToHtml(markdown)}</body>").Body!;
        foreach (var element in html.QuerySelectorAll("*"))
        {
            Assert.Contains(element.LocalName, Elements);
            Assert.All(element.Attributes, a => Assert.Contains(a.Name, Attributes));
            if (element.GetAttribute("href") is { } href)
                Assert.Matches("^(https?://|mailto:|/[^/\\\\]|/$|#)", href);
        }
    }

    [Fact]
    public void What_people_write_looks_as_they_mean_it()
    {
        var html = SafeMarkdown.ToHtml(
            """
            # Start
            Send `GET /payments`, then *wait* for **202** & see [the page](https://a.example/?x=1&y=2), [ours](/catalog), <a@bank.example>.

            3. three
            4. four

            | code | why |
            |------|-----|
            | 404  | gone<br> |

            ```http
            GET /payments?x=<id> HTTP/1.1
            ```
            """);
        Assert.Contains("<h2>Start</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<code>GET /payments</code>, then <em>wait</em> for <strong>202</strong> &amp; see <a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noopener noreferrer nofollow\">the page</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/catalog\">ours</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"mailto:a@bank.example\"", html, StringComparison.Ordinal);
        Assert.Contains("<ol start=\"3\">", html, StringComparison.Ordinal);
        Assert.Contains("<td>404</td>", html, StringComparison.Ordinal);
        Assert.Contains("gone&lt;br&gt;", html, StringComparison.Ordinal);
        Assert.Contains("GET /payments?x=&lt;id&gt; HTTP/1.1", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">", 20_000)]
    [InlineData("[", 20_000)]
    [InlineData("*a_", 20_000)]
    [InlineData("- \n ", 10_000)]
    [InlineData("![](", 10_000)]
    [InlineData("`a``", 10_000)]
    [InlineData("|-|\n", 10_000)]
    [InlineData("<a", 20_000)]
    public void A_text_that_is_all_syntax_neither_throws_nor_takes_long(string part, int times)
    {
        var text = string.Concat(Enumerable.Repeat(part, times));
        Assert.InRange(Busy.CostOf(() => Assert.NotEmpty(SafeMarkdown.ToHtml(text))), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    public static TheoryData<string, string> Bombs => new()
    {
        { "links in links", Many("[a](") },
        { "targets in parentheses", Many("[a](b (") },
        { "no links", Many("[ (](") },
        { "titles", Many("[a](b \"") },
        { "addresses", Many("www.a(") },
        { "brackets", Many("[") },
        { "images", Many("![[]()") },
        { "emphasis", Many("*a_ ") },
        { "strong emphasis", Many("**a *a ") },
        { "a wide header over many rows", "|" + Many("a|", 40_000) + "\n|" + Many("-|", 40_000) + "\n" + Many("|a\n", 15_000) },
        { "a wide row under many", "|a|\n|-|\n" + Many("|a\n", 30_000) + "|" + Many("a|", 60_000) },
        { "rows that end as on an old Mac", "|" + Many("a|", 40_000) + "\r|" + Many("-|", 40_000) + "\r" + Many("|a\r", 15_000) },
    };

    /// <summary>A table of 95 KB took more than ten gigabytes, a line of links seconds: none of it is begun.</summary>
    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_would_cost_far_more_than_it_is_long_is_shown_as_it_was_written(string name, string markdown)
    {
        Assert.True(MarkdownEffort.IsTooMuch(markdown), name);
        Assert.StartsWith("<pre>", SafeMarkdown.ToHtml(markdown), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_guides_of_people_are_formatted()
    {
        var guides = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md")).ToList();
        Assert.True(guides.Count > 10);
        Assert.All(guides, g => Assert.False(MarkdownEffort.IsTooMuch(File.ReadAllText(g)), g));
        // As long as a guide may be: a glossary in one table, with a link in every row.
        var table = "| word | means | see |\n|---|---|---|\n" + string.Concat(Enumerable.Range(0, 1_500).Select(i => $"| word_{i} | what `{i}` is | [there](https://bank.example/{i}) |\n"));
        Assert.StartsWith("<div", SafeMarkdown.ToHtml(table).TrimStart(), StringComparison.Ordinal);
        Assert.False(MarkdownEffort.IsTooMuch(string.Concat(Enumerable.Repeat("Call *this*, see [that](https://bank.example/a) or www.bank.example.\n\n", 1_400))));
    }

    private static string Many(string part, int length = 99_000) => string.Concat(Enumerable.Repeat(part, length / part.Length));
}
