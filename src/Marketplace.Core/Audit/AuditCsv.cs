using System.Buffers;
using System.Globalization;
using System.Text;

namespace Marketplace.Core.Audit;

/// <summary>Events as CSV (RFC 4180), for spreadsheets. What a spreadsheet would take for a formula has an apostrophe in front.</summary>
internal static class AuditCsv
{
    public static void WriteHeader(IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(
        "sequence,at,actor,actor_id,source,channel,action,subject_kind,subject_id,subject,reason,content,previous_hash,hash\r\n", output);

    public static void Write(IBufferWriter<byte> output, AuditEvent e)
    {
        Cell(output, e.Sequence.ToString(CultureInfo.InvariantCulture));
        Next(output, e.At.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        Next(output, e.Actor);
        Next(output, e.ActorId?.ToString());
        Next(output, e.Source);
        Next(output, e.Channel);
        Next(output, e.Action);
        Next(output, e.SubjectKind);
        Next(output, e.SubjectId);
        Next(output, e.Subject);
        Next(output, e.Reason);
        Next(output, e.Content);
        Next(output, Convert.ToHexStringLower(e.PreviousHash));
        Next(output, Convert.ToHexStringLower(e.Hash));
        output.Write("\r\n"u8);
    }

    private static void Next(IBufferWriter<byte> output, string? text)
    {
        output.Write(","u8);
        Cell(output, text ?? "");
    }

    private static void Cell(IBufferWriter<byte> output, string text)
    {
        // Also behind what a spreadsheet skips at the beginning.
        if (text.AsSpan().TrimStart(" \t\r\n") is [var first, ..] && "=+-@".Contains(first, StringComparison.Ordinal))
            text = "'" + text;
        if (text.AsSpan().ContainsAny("\",\r\n\t"))
            text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        Encoding.UTF8.GetBytes(text, output);
    }
}
