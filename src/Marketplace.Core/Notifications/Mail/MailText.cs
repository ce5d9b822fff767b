using System.Globalization;
using System.Net;
using System.Text;
using Marketplace.Core.Notifications.Preferences;

namespace Marketplace.Core.Notifications.Mail;

internal sealed record MailLine(string Kind, string Subject, string Text, string Link, DateTimeOffset At)
{
    public NotificationCategory Category => NotificationKinds.Of(Kind).Category;
}

/// <summary>What an e-mail says, as text and as HTML without anything that is fetched.</summary>
internal sealed record MailText(string Subject, string Text, string Html)
{
    /// <summary>The rest of a long digest stands in the inbox.</summary>
    private const int MostLines = 100;

    public static MailText OfOne(MailLine line, string publicUrl)
    {
        var why = $"You get this at once because it is about \u201c{NotificationCategories.TitleOf(line.Category)}\u201d.";
        return new(
            line.Subject,
            $"{line.Subject}\n\n{(line.Text.Length > 0 ? line.Text + "\n\n" : "")}{publicUrl}{line.Link}\n\n--\n{why}\nHow you are told: {publicUrl}/me/notifications\n",
            Framed($"<h1 style=\"font-size:18px;margin:0 0 12px\">{Safe(line.Subject)}</h1>{Paragraphs(line.Text)}<p><a href=\"{Safe(publicUrl + line.Link)}\">Open it in the Marketplace</a></p>", why, publicUrl));
    }

    public static MailText OfDigest(IReadOnlyList<MailLine> lines, MailCadence cadence, DateTimeOffset period, string publicUrl)
    {
        var span = cadence is MailCadence.Daily
            ? $"the day to {period.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}"
            : $"the hour to {period.UtcDateTime.ToString("d MMM, HH:mm 'UTC'", CultureInfo.InvariantCulture)}";
        var subject = lines.Count == 1 ? lines[0].Subject : $"{lines.Count} messages of {span}";
        var text = new StringBuilder($"What you were told in {span}.\n");
        var html = new StringBuilder($"<h1 style=\"font-size:18px;margin:0 0 4px\">What you were told in {Safe(span)}</h1>");
        foreach (var group in lines.Take(MostLines).GroupBy(line => line.Category).OrderBy(group => group.Key))
        {
            var title = NotificationCategories.TitleOf(group.Key);
            text.Append('\n').Append(title).Append('\n');
            html.Append($"<h2 style=\"font-size:15px;margin:20px 0 4px\">{Safe(title)}</h2><ul style=\"margin:0;padding-left:20px\">");
            foreach (var line in group)
            {
                text.Append("- ").Append(line.Subject).Append("\n  ").Append(publicUrl).Append(line.Link).Append('\n');
                html.Append($"<li style=\"margin:4px 0\"><a href=\"{Safe(publicUrl + line.Link)}\">{Safe(line.Subject)}</a></li>");
            }

            html.Append("</ul>");
        }

        if (lines.Count > MostLines)
        {
            text.Append($"\nand {lines.Count - MostLines} more in your inbox: {publicUrl}/inbox\n");
            html.Append($"<p><a href=\"{Safe(publicUrl)}/inbox\">{lines.Count - MostLines} more in your inbox</a></p>");
        }

        var why = cadence is MailCadence.Daily ? "You get this once a day, when there is something." : "You get this once an hour, when there is something.";
        text.Append($"\n--\n{why}\nHow you are told: {publicUrl}/me/notifications\n");
        return new(subject, text.ToString(), Framed(html.ToString(), why, publicUrl));
    }

    private static string Framed(string content, string why, string publicUrl) =>
        $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><body style=\"font:15px/1.5 sans-serif;color:#1a1d23;max-width:640px;margin:24px auto;padding:0 16px\">{content}"
        + $"<p style=\"margin-top:28px;padding-top:12px;border-top:1px solid #ddd;color:#5a6270;font-size:13px\">{Safe(why)} <a href=\"{Safe(publicUrl)}/me/notifications\">Change how you are told</a></p></body></html>";

    private static string Paragraphs(string text) => string.Concat(
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(paragraph => $"<p style=\"margin:0 0 8px\">{Safe(paragraph)}</p>"));

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
