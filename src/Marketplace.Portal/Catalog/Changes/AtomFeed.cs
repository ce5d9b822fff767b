using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Xml;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>An API's changelog as RFC 4287 has it. Ids are those of the API and its revisions, so that a moved marketplace repeats nothing.</summary>
internal static class AtomFeed
{
    public const string ContentType = "application/atom+xml";
    public const int Entries = 50;
    private const string Atom = "http://www.w3.org/2005/Atom";

    public static IResult Answer(HttpContext context, Changelog changelog)
    {
        // A reader keeps these addresses: they must not follow whatever Host a request names.
        var address = context.RequestServices.GetRequiredService<PublicAddress>().Url;
        var bytes = Write(changelog, address + context.Request.Path, $"{address}/apis/{Uri.EscapeDataString(changelog.Name)}");
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        // RFC 9110 §13.1.2
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(bytes, ContentType + "; charset=utf-8");
    }

    private static byte[] Write(Changelog changelog, string self, string api)
    {
        using var output = new MemoryStream();
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", Atom);
            Text(xml, "id", $"urn:uuid:{changelog.Api}");
            Text(xml, "title", $"{changelog.Title}: changes");
            Text(xml, "updated", Moment(changelog.Entries.Items is [var newest, ..] ? newest.PublishedAt : changelog.CreatedAt));
            Link(xml, "self", self, ContentType);
            Link(xml, "alternate", api + "/changelog", "text/html");
            foreach (var entry in changelog.Entries.Items)
                Entry(xml, changelog, entry, api);
            xml.WriteEndElement();
        }
        return output.ToArray();
    }

    private static void Entry(XmlWriter xml, Changelog changelog, ChangelogEntry entry, string api)
    {
        xml.WriteStartElement("entry", Atom);
        Text(xml, "id", $"urn:uuid:{entry.Id}");
        Text(xml, "title", $"{changelog.Title} {entry.Name}: {ChangeWords.Of(entry)}");
        Text(xml, "updated", Moment(entry.PublishedAt));
        xml.WriteStartElement("author", Atom);
        Text(xml, "name", entry.PublishedBy);
        xml.WriteEndElement();
        Link(xml, "alternate", entry.Before is { } before ? $"{api}/compare?from={before}&to={entry.Name}" : $"{api}/{entry.Version}", "text/html");
        if (entry.Verdict is { } verdict)
        {
            xml.WriteStartElement("category", Atom);
            xml.WriteAttributeString("term", Words.Slug(verdict));
            xml.WriteEndElement();
        }
        xml.WriteStartElement("content", Atom);
        xml.WriteAttributeString("type", "html");
        xml.WriteString(Content(entry));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string Content(ChangelogEntry entry)
    {
        var html = new StringBuilder($"<p>{Words.Count(entry.Operations, "endpoint")}. {Encode(ChangeWords.Of(entry))}.</p>");
        if (entry.OverrideReason is { } reason)
            html.Append($"<p>Published although it breaks {Words.Count(entry.Applications, "application")}: {Encode(reason)}</p>");
        if (entry.Changes.Count > 0)
            html.Append("<ul>").AppendJoin("", entry.Changes.Select(c => $"<li>{Words.Of(c.Verdict)}: {Encode(c.Sentence)}</li>")).Append("</ul>");
        if (entry.Total > entry.Changes.Count)
            html.Append($"<p>And {entry.Total - entry.Changes.Count} more.</p>");
        return Storable(html.ToString());
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Text(XmlWriter xml, string name, string value) => xml.WriteElementString(name, Atom, Storable(value));

    private static void Link(XmlWriter xml, string relation, string address, string type)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    /// <summary>XML 1.0 §2.2 has no place for control characters, which a document's title may hold.</summary>
    private static string Storable(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value is 9 or 10 or 13 or >= 32 and not (0xFFFE or 0xFFFF) ? rune.ToString() : "\uFFFD");
        return clean.ToString();
    }
}
