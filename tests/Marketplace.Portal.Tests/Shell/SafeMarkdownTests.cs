using System.Diagnostics;
using AngleSharp.Html.Parser;
using Marketplace.Portal.Shell;

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
        var began = Stopwatch.GetTimestamp();
        Assert.NotEmpty(SafeMarkdown.ToHtml(text));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
