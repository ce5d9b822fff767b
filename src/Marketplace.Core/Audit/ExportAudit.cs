using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

public enum AuditFormat
{
    JsonLines,
    Csv,
}

/// <summary>
/// Writes events out, oldest first, however many there are. The export is itself on the trail before the first byte
/// leaves. JSON Lines end in a statement, signed by the marketplace, of what was asked for and what it got.
/// </summary>
public sealed class ExportAudit(IDbContextFactory<MarketplaceDb> databases, AuditSigner signer, TimeProvider clock)
{
    private const int Buffered = 64 * 1024;

    public async Task ExecuteAsync(Actor actor, AuditFilter filter, AuditFormat format, Stream output, CancellationToken cancellation)
    {
        var (at, head, fits) = await BeginAsync(actor, filter, format, cancellation);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>(Buffered + 16 * 1024);
        var (count, first, last) = (0L, 0L, 0L);
        if (format == AuditFormat.Csv)
            AuditCsv.WriteHeader(buffer);
        await foreach (var (e, line) in AuditStream.ReadAsync(
            databases, (db, after) => fits.Of(db).FirstSeenBy(db, actor, actor.ReadsEverything, newest: false, Math.Max(after + 1, fits.First), Math.Min(head.Sequence, fits.Last), AuditStream.Portion), cancellation))
        {
            if (format == AuditFormat.Csv)
                AuditCsv.Write(buffer, e);
            else
                line.Write(buffer);
            (count, first, last) = (count + 1, count == 0 ? e.Sequence : first, e.Sequence);
            if (buffer.WrittenCount >= Buffered)
                await FlushAsync();
        }

        await FlushAsync();
        if (format == AuditFormat.Csv)
            return;
        var whole = filter.IsEmpty && actor.ReadsEverything;
        var (statement, _) = await signer.SignAsync(
            AuditChain.ExportType,
            new ExportStatement(
                signer.Issuer, at.ToUnixTimeSeconds(), actor.Name, whole, Words(filter), count, first, last,
                Convert.ToHexStringLower(digest.GetHashAndReset()), head.Sequence, Convert.ToHexStringLower(head.Hash)),
            cancellation);
        await output.WriteAsync(Encoding.ASCII.GetBytes(AuditLine.StatementLine(statement)), cancellation);

        async Task FlushAsync()
        {
            digest.AppendData(buffer.WrittenSpan);
            await output.WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
        }
    }

    private async Task<(DateTimeOffset At, ChainMark Head, AuditSelection Fits)> BeginAsync(
        Actor actor, AuditFilter filter, AuditFormat format, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new("audit.exported", "audit", "trail", "audit trail", null, new { format = StoredEnum.ToWord(format), filter = Words(filter) }), cancellation);
        var head = await AuditLog.HeadAsync(db, cancellation);
        await transaction.CommitAsync(cancellation);
        return (now, head.Mark, await filter.ResolveAsync(db, cancellation));
    }

    private static SortedDictionary<string, string> Words(AuditFilter filter)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (var (name, value) in new (string, string?)[]
        {
            ("action", filter.Action), ("subject_kind", filter.SubjectKind), ("subject_id", filter.SubjectId), ("text", filter.Text), ("actor", filter.Actor),
            ("channel", filter.Channel), ("api", filter.Api), ("application", filter.Application), ("team", filter.Team),
            ("from", filter.From?.ToString("O")), ("until", filter.Until?.ToString("O")),
        })
        {
            if (value is not null)
                words[name] = value;
        }

        return words;
    }
}
