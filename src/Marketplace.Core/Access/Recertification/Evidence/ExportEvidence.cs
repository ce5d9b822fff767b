using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Evidence;

public enum EvidenceFormat
{
    Csv,
    Jsonl,
}

/// <param name="Content">At its beginning; the file behind it is gone when it is disposed of.</param>
/// <param name="Sha256">As the audit trail has it.</param>
public sealed record EvidenceFile(Stream Content, string Name, byte[] Sha256, int Rows);

/// <param name="Sequence">Of the audit event that has the hash.</param>
public sealed record PastExport(long Sequence, DateTimeOffset At, string By, string Format, int Rows, string Sha256);

/// <summary>
/// A campaign as a file: who answered what, when and why, and what nobody answered. The file is written down first, row by
/// row, and its hash recorded in the audit chain before the first byte leaves: whoever shows such a file later can prove it.
/// </summary>
public sealed class ExportEvidence(IDbContextFactory<MarketplaceDb> databases, CampaignReader campaigns, TimeProvider clock)
{
    private const string Action = "recertification.exported";

    public async Task<Outcome<EvidenceFile>> ExecuteAsync(Actor actor, long number, EvidenceFormat format, CancellationToken cancellation)
    {
        if (await campaigns.FindAsync(actor, number, cancellation) is not { MayExport: true } details)
            return new Problem(Problem.NotFound, $"There is no campaign {number} whose evidence you may export: who opened it may, and the platform roles.");
        // Nobody else on this machine reads it while it is written.
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.evidence"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 64 * 1024,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var now = clock.GetUtcNow();
            // Nobody answers or closes it while it is read: file, hash and event tell of one moment.
            var id = (await db.Database.SqlQuery<Guid>($"select id as \"Value\" from campaign where number = {number} for update").ToListAsync(cancellation))[0];
            if (details.Row.ClosedAt is null)
                await CampaignClock.SettleAsync(db, id, now, cancellation);
            var row = await CampaignReader.RowAsync(db, number, cancellation);
            var rows = await WriteAsync(db, file, id, row, format, now, cancellation);
            file.Position = 0;
            var hash = await SHA256.HashDataAsync(file, cancellation);
            file.Position = 0;
            await AuditLog.AppendAsync(
                db, now, actor,
                new AuditEntry(Action, "recertification", number.ToString(), row.Name, null, new { format = StoredEnum.ToWord(format), rows, sha256 = Convert.ToHexStringLower(hash) }),
                cancellation);
            await transaction.CommitAsync(cancellation);
            return new EvidenceFile(file, $"recertification-{number}-{now.UtcDateTime:yyyyMMdd-HHmmss}.{StoredEnum.ToWord(format)}", hash, rows);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was exported before, newest first, at most 50. Null when there is no such campaign whose evidence the actor may see.</summary>
    public async Task<IReadOnlyList<PastExport>?> PastAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var campaign = await db.Campaigns.AsNoTracking().SeenBy(db, actor).SingleOrDefaultAsync(c => c.Number == number, cancellation);
        if (campaign is null || !campaign.MayExport(actor))
            return null;
        var subject = number.ToString();
        var events = await db.AuditEvents.AsNoTracking().Where(e => e.SubjectKind == "recertification" && e.SubjectId == subject && e.Action == Action)
            .OrderByDescending(e => e.Sequence).Take(50).ToListAsync(cancellation);
        return events.ConvertAll(e =>
        {
            using var content = JsonDocument.Parse(e.Content);
            var told = content.RootElement.GetProperty("details");
            return new PastExport(
                e.Sequence, e.At, e.Actor, told.GetProperty("format").GetString()!, told.GetProperty("rows").GetInt32(), told.GetProperty("sha256").GetString()!);
        });
    }

    private static async Task<int> WriteAsync(
        MarketplaceDb db, Stream file, Guid campaign, CampaignRow row, EvidenceFormat format, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(file, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = format is EvidenceFormat.Csv ? "\r\n" : "\n" };
        var text = new EvidenceText(row, now);
        await writer.WriteLineAsync(format is EvidenceFormat.Csv ? EvidenceText.CsvHead : text.JsonHead());
        var rows = 0;
        await foreach (var item in db.Database.SqlQuery<EvidenceRow>(
            $"""
            select i.grant_id as "Grant", p.client_id as "ClientId", p.name as "Application", t.title as "Team", a.name as "Api", v.version as "Version",
              i.environment as "Environment", a.classification as "Classification", o.key as "Operation", o.method as "Method", o.path as "Path", i.use as "Use",
              i.last_used_at as "LastUsedAt", i.calls_30 as "Calls30", i.calls_90 as "Calls90", q.display_name as "RequestedBy", i.request_number as "Request",
              approvers_of(g.access_request_item_id, i.granted_by) as "GrantedBy", i.granted_at as "GrantedAt", i.valid_until as "ValidUntil", i.answer as "Answer", i.by_use as "ByUse", i.until as "Until",
              i.reason as "Reason", w.display_name as "AnsweredBy", i.answered_at as "AnsweredAt"
            from campaign_item i join access_grant g on g.id = i.grant_id join operation o on o.id = i.operation_id join application p on p.id = i.application_id join team t on t.id = p.team_id
              join api_version v on v.id = i.api_version_id join api a on a.id = v.api_id
              left join person q on q.id = i.requested_by left join person w on w.id = i.answered_by
            where i.campaign_id = {campaign} order by i.position
            """).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            await writer.WriteLineAsync(format is EvidenceFormat.Csv ? text.Csv(item) : EvidenceText.Json(item));
            rows++;
        }

        await writer.FlushAsync(cancellation);
        return rows;
    }
}
