using System.Globalization;
using System.Text;

namespace Marketplace.Core.Notifications.Mail;

/// <summary>
/// An e-mail as it is sent: RFC 5322 with plain text and HTML beside it (RFC 2046 §5.1.4). All ASCII, no line over 78
/// characters of our making, and no value can end its header: what is not printable ASCII travels encoded (RFC 2047).
/// </summary>
internal sealed record MimeMessage(string From, string FromName, string To, string ToName, string Subject, string Text, string Html, string MessageId, DateTimeOffset Date)
{
    /// <summary>RFC 2369 and RFC 8058; null where nobody may end it.</summary>
    public string? UnsubscribeUrl { get; init; }

    public byte[] ToBytes()
    {
        var boundary = $"=_{MessageId[1..MessageId.IndexOf('@', StringComparison.Ordinal)]}";
        var mail = new StringBuilder()
            .Append("From: ").Append(Encoded(FromName)).Append(" <").Append(From).Append(">\r\n")
            .Append("To: ").Append(Encoded(ToName)).Append("\r\n <").Append(To).Append(">\r\n")
            .Append("Subject: ").Append(Encoded(Subject)).Append("\r\n")
            .Append("Date: ").Append(Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("Message-ID: ").Append(MessageId).Append("\r\n")
            // RFC 3834 §5: nobody's holiday notice answers it.
            .Append("Auto-Submitted: auto-generated\r\n");
        if (UnsubscribeUrl is not null)
            mail.Append("List-Unsubscribe:\r\n <").Append(UnsubscribeUrl).Append(">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        mail.Append("MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n");
        Part(mail, boundary, "text/plain", Text);
        Part(mail, boundary, "text/html", Html);
        return Encoding.ASCII.GetBytes(mail.Append("--").Append(boundary).Append("--\r\n").ToString());
    }

    private static void Part(StringBuilder mail, string boundary, string type, string content) => mail
        .Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type).Append("; charset=utf-8\r\n")
        .Append("Content-Transfer-Encoding: quoted-printable\r\n\r\n").Append(QuotedPrintable.Encode(content)).Append("\r\n");

    /// <summary>Always encoded words: none of a person's characters is looked at as syntax.</summary>
    internal static string Encoded(string text)
    {
        var words = new List<string>();
        var word = new List<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = (Rune.IsControl(rune) ? new Rune(' ') : rune).EncodeToUtf8(utf8);
            // RFC 2047 §2: a word has at most 75 characters, and ends between characters.
            if (word.Count + length > 45)
                End();
            word.AddRange(utf8[..length]);
        }

        if (word.Count > 0 || words.Count == 0)
            End();
        return string.Join("\r\n ", words);

        void End()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
