using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Audit;

/// <summary>
/// Many events about grants in one go: under the same lock, in the same order and with the same hashes as if
/// <see cref="AuditLog"/> had appended one after the other. Only the rows travel together.
/// </summary>
internal static class AuditOfGrants
{
    private const string Events =
        "copy audit_event (sequence, at, actor_id, actor, source, channel, action, subject_kind, subject_id, subject, reason, content, previous_hash, hash) from stdin (format binary)";

    private const string Abouts = "copy audit_about (kind, id, sequence) from stdin (format binary)";

    /// <param name="entries">Each of a grant, which its subject's identifier names.</param>
    public static async Task AppendAsync(
        MarketplaceDb db, DateTimeOffset at, Actor actor, IReadOnlyList<(Guid Grant, AuditEntry Entry)> entries, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("An audit event belongs to the transaction that it tells of.");
        await db.SaveChangesAsync(cancellation);
        var about = await AuditAbout.OfGrantsAsync(db, [.. entries.Select(e => e.Grant)], cancellation);
        var last = (await AuditLog.HoldHeadAsync(db, cancellation)).Mark;
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var concerned = new List<(AuditAbout.Found Found, long Sequence)>();
        await using (var rows = await connection.BeginBinaryImportAsync(Events, cancellation))
        {
            foreach (var (grant, entry) in entries)
            {
                var next = AuditLog.Next(last, at, actor, entry, about[grant].Select(a => a.ToString()));
                await WriteAsync(rows, next, cancellation);
                concerned.AddRange(about[grant].Select(found => (found, next.Sequence)));
                last = new ChainMark(next.Sequence, next.Hash);
            }

            await rows.CompleteAsync(cancellation);
        }

        await using (var rows = await connection.BeginBinaryImportAsync(Abouts, cancellation))
        {
            foreach (var (found, sequence) in concerned)
            {
                await rows.StartRowAsync(cancellation);
                await rows.WriteAsync(found.Kind, cancellation);
                await rows.WriteAsync(found.Id, cancellation);
                await rows.WriteAsync(sequence, cancellation);
            }

            await rows.CompleteAsync(cancellation);
        }

        await db.Database.ExecuteSqlAsync($"update audit_head set sequence = {last.Sequence}, hash = {last.Hash}", cancellation);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter rows, AuditEvent e, CancellationToken cancellation)
    {
        await rows.StartRowAsync(cancellation);
        await rows.WriteAsync(e.Sequence, cancellation);
        await rows.WriteAsync(e.At, NpgsqlDbType.TimestampTz, cancellation);
        if (e.ActorId is { } actor)
            await rows.WriteAsync(actor, cancellation);
        else
            await rows.WriteNullAsync(cancellation);
        foreach (var text in new[] { e.Actor, e.Source, e.Channel, e.Action, e.SubjectKind, e.SubjectId, e.Subject, e.Reason, e.Content })
        {
            if (text is null)
                await rows.WriteNullAsync(cancellation);
            else
                await rows.WriteAsync(text, cancellation);
        }

        await rows.WriteAsync(e.PreviousHash, cancellation);
        await rows.WriteAsync(e.Hash, cancellation);
    }
}
