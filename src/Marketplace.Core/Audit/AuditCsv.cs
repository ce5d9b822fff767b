using System.Buffers;
using System.Globalization;
using System.Text;
using Marketplace.Core.Data;

namespace Marketplace.Core.Audit;

/// <summary>Events as CSV, for spreadsheets.</summary>
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
        Cell(output, text);
    }

    private static void Cell(IBufferWriter<byte> output, string? text) => Encoding.UTF8.GetBytes(CsvCell.Of(text), output);
}
