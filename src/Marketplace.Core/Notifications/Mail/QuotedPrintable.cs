using System.Text;

namespace Marketplace.Core.Notifications.Mail;

/// <summary>RFC 2045 §6.7: text that stays readable where it is ASCII, in lines of at most 76 characters.</summary>
internal static class QuotedPrintable
{
    private const int LineLength = 76;

    public static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (encoded.Length > 0)
                encoded.Append("\r\n");
            EncodeLine(Encoding.UTF8.GetBytes(line), encoded);
        }

        return encoded.ToString();
    }

    private static void EncodeLine(byte[] line, StringBuilder encoded)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isPlain = line[i] is >= 33 and <= 126 and not (byte)'=' || (line[i] is (byte)' ' or (byte)'\t' && i < line.Length - 1);
            var width = isPlain ? 1 : 3;
            if (column + width > LineLength - 1)
            {
                encoded.Append("=\r\n");
                column = 0;
            }

            if (isPlain)
                encoded.Append((char)line[i]);
            else
                encoded.Append('=').Append(line[i].ToString("X2"));
            column += width;
        }
    }
}
