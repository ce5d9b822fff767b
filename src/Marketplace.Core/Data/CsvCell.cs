using System.Text;

namespace Marketplace.Core.Data;

/// <summary>
/// A cell of a CSV file (RFC 4180), as people open it in a spreadsheet. What one would take for a formula has an
/// apostrophe in front: at the beginning, and behind whatever a spreadsheet of another country takes for the end of a
/// cell, since to that one our quotes stand within a cell and hold nothing together.
/// </summary>
internal static class CsvCell
{
    private const string Ends = ";|\t\r\n";
    private const string Formulas = "=+-@＝＋－＠";

    /// <summary>In quotes, always.</summary>
    public static string Of(string? text)
    {
        var cell = new StringBuilder("\"", (text?.Length ?? 0) + 8);
        var (begins, beginning) = (true, cell.Length);
        foreach (var c in text ?? "")
        {
            if (begins && Formulas.Contains(c, StringComparison.Ordinal))
                cell.Insert(beginning, '\'');
            if (Ends.Contains(c, StringComparison.Ordinal))
                (begins, beginning) = (true, cell.Length + 1);
            else if (c is not ('"' or ' '))
                begins = false;
            cell.Append(c);
            if (c == '"')
                cell.Append('"');
        }

        return cell.Append('"').ToString();
    }
}
