namespace Marketplace.Portal.Map;

/// <summary>Cuts a label to a width. The server has no font at hand: these are the widths of Inter at weight 600, in em, the widest of each group.</summary>
internal static class TextFit
{
    public static string Cut(string text, double width, double fontSize)
    {
        var ellipsis = fontSize;
        var (used, fits) = (0.0, 0);
        var runes = text.EnumerateRunes().ToList();
        for (var i = 0; i < runes.Count; i++)
        {
            used += Width(runes[i]) * fontSize;
            if (used > width)
                return string.Concat(runes.Take(fits)).TrimEnd() + "…";
            if (used + ellipsis <= width)
                fits = i + 1;
        }

        return text;
    }

    private static double Width(System.Text.Rune rune) => rune.Value switch
    {
        'i' or 'l' or 'j' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' => 0.34,
        'f' or 't' or 'r' or '-' or '(' or ')' or '/' => 0.42,
        'm' or 'w' or 'M' => 0.92,
        'W' or '@' or '%' => 1.02,
        >= 'a' and <= 'z' => 0.62,
        >= '0' and <= '9' => 0.67,
        < 0x250 => 0.78,
        _ => 1.05,
    };
}
