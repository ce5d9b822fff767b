using System.Net;
using System.Text;
using System.Xml;

namespace Marketplace.Portal.Shell;

/// <summary>Writes HTML anew from an allow list of elements, attributes and schemes. What is not on it is dropped; its text stays.</summary>
public static class SafeHtml
{
    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a", "br", "hr",
        "table", "thead", "tbody", "tr", "th", "td",
    };

    private static readonly XmlReaderSettings Strict = new()
    {
        ConformanceLevel = ConformanceLevel.Fragment,
        DtdProcessing = DtdProcessing.Prohibit,
        CheckCharacters = false,
        XmlResolver = null,
    };

    public static string Clean(string html)
    {
        try
        {
            return Write(html);
        }
        catch (XmlException)
        {
            // Not as a renderer of well-formed HTML writes it: then it is text.
            return $"<p>{WebUtility.HtmlEncode(html)}</p>";
        }
    }

    private static string Write(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), Strict);
        var safe = new StringBuilder(html.Length);
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when Elements.Contains(reader.LocalName):
                    Open(reader, safe);
                    break;
                case XmlNodeType.EndElement when Elements.Contains(reader.LocalName):
                    safe.Append("</").Append(reader.LocalName).Append('>');
                    if (reader.LocalName == "table")
                        safe.Append("</div>");
                    break;
                case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    safe.Append(WebUtility.HtmlEncode(reader.Value));
                    break;
            }
        }

        return safe.ToString();
    }

    private static void Open(XmlReader reader, StringBuilder safe)
    {
        var name = reader.LocalName;
        // A wide table scrolls by itself, also by keyboard.
        if (name == "table")
            safe.Append("<div class=\"table-scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">");
        safe.Append('<').Append(name);
        if (name == "a" && reader.GetAttribute("href") is { } href && IsSafe(href))
            safe.Append(" href=\"").Append(WebUtility.HtmlEncode(href)).Append(href is ['/' or '#', ..] ? "\"" : "\" rel=\"noopener noreferrer nofollow\"");
        if (name == "ol" && int.TryParse(reader.GetAttribute("start"), out var start) && start is >= 0 and < 100_000)
            safe.Append(" start=\"").Append(start).Append('"');
        if (name == "pre")
            safe.Append(" tabindex=\"0\"");
        safe.Append('>');
        if (reader.IsEmptyElement && name is not ("br" or "hr"))
            safe.Append("</").Append(name).Append('>');
    }

    /// <summary>The web, mail, a page of ours or a place on this one. A browser drops control characters and reads a backslash as a slash.</summary>
    private static bool IsSafe(string href) =>
        !href.Any(c => char.IsControl(c) || c == '\\')
        && (href.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || href.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || href is ['#', ..] || (href is ['/', ..] && href is not ['/', '/', ..]));
}
