using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>A sentence names things between back-ticks; a page shows them as code.</summary>
internal static class ChangeSentence
{
    public static MarkupString Markup(string sentence) => new(string.Concat(sentence.Split('`').Select((part, i) =>
        i % 2 == 0 ? HtmlEncoder.Default.Encode(part) : $"<code>{HtmlEncoder.Default.Encode(part)}</code>")));
}
