using System.Buffers;

namespace Marketplace.Portal.Shell;

/// <summary>
/// What a text may cost to take apart, counted before it is: the parser reads on from some marks to the end of their
/// paragraph, holds others against each other, and fills every row of a table up to its widest. A few thousand of them
/// cost seconds, a table of 95 KB gigabytes.
/// </summary>
public static class MarkdownEffort
{
    /// <summary>In characters looked at: tenths of a second. Real guides stay below a hundredth of it.</summary>
    public const long Most = 100_000_000;

    private const long OfCell = 2_000;
    private static readonly SearchValues<char> Marks = SearchValues.Create("]:w*_[|\n\r");

    public static bool IsTooMuch(string markdown)
    {
        var text = markdown.AsSpan();
        long effort = 0;
        while (text.Length > 0 && effort <= Most)
        {
            var end = EndOfParagraph(text);
            effort += OfParagraph(text[..end]);
            text = text[end..];
        }
        return effort > Most;
    }

    private static long OfParagraph(ReadOnlySpan<char> text)
    {
        long reading = 0, delimiters = 0, lines = 1, pipes = 0, widest = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var next = text[at..].IndexOfAny(Marks);
            if (next < 0)
                break;
            at += next;
            switch (text[at])
            {
                case '\n' or '\r' when !text[at..].StartsWith("\r\n"):
                    (lines, pipes) = (lines + 1, 0);
                    break;
                case '|':
                    widest = Math.Max(widest, ++pipes);
                    break;
                case '*' or '_' or '[':
                    delimiters++;
                    break;
                // The target of a link.
                case ']' when text[at..].StartsWith("]("):
                    reading += text.Length - at;
                    break;
                // An address that becomes one: it ends with the word.
                case 'w' when text[at..].StartsWith("www."):
                case ':':
                    var end = text[at..].IndexOfAny(" \t\r\n");
                    reading += end < 0 ? text.Length - at : end;
                    break;
            }
        }
        return reading + (delimiters * delimiters / 8) + (widest * lines * OfCell);
    }

    /// <summary>After the next blank line, or at the end.</summary>
    private static int EndOfParagraph(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOf('\n');
            if (length < 0)
                return text.Length;
            var line = text.Slice(at, length);
            at += length + 1;
            if (line.IsWhiteSpace())
                return at;
        }
        return text.Length;
    }
}
