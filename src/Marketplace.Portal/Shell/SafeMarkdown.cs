using System.Net;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Marketplace.Portal.Shell;

/// <summary>
/// Markdown of people as HTML for pages: raw HTML is text, images are links to them (pages load nothing from
/// elsewhere), and whatever comes out passes <see cref="SafeHtml"/>, which knows no script.
/// </summary>
public static class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml().Build();

    public static string ToHtml(string markdown)
    {
        if (MarkdownEffort.IsTooMuch(markdown))
            return Plain(markdown);
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            foreach (var block in document.Descendants())
            {
                // The page itself has the first level.
                if (block is HeadingBlock heading)
                    heading.Level = Math.Min(heading.Level + 1, 6);
                if (block is LinkInline { IsImage: true } image)
                    image.IsImage = false;
                block.TryGetAttributes()?.Classes?.Clear();
            }
            return SafeHtml.Clean(document.ToHtml(Pipeline));
        }
        catch (ArgumentException)
        {
            // Markdig's limit of nesting: nobody writes so, but to break the page.
            return Plain(markdown);
        }
    }

    private static string Plain(string markdown) => $"<pre>{WebUtility.HtmlEncode(markdown)}</pre>";
}
