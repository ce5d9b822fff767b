using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>
/// Appends to the hash chain: each event's hash covers its content and the hash before it, so that nobody can alter
/// or remove one unseen. Call it within the transaction of the change, before <see cref="Policy.PolicyLog"/>.
/// </summary>
public static class AuditLog
{
    private static readonly JsonSerializerOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task AppendAsync(
        MarketplaceDb db, DateTimeOffset at, Actor actor, AuditEntry entry, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("An audit event belongs to the transaction that it tells of.");

        var about = await AuditAbout.OfAsync(db, entry.SubjectKind, entry.SubjectId, cancellation);
        var head = (await db.Database
            .SqlQuery<AuditHead>($"select sequence as \"Sequence\", hash as \"Hash\" from audit_head for update")
            .ToListAsync(cancellation))[0];
        // PostgreSQL keeps microseconds; what is hashed must be what can be read back.
        at = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % 10), TimeSpan.Zero);
        var sequence = head.Sequence + 1;
        var content = JsonSerializer.Serialize(
            new
            {
                sequence,
                at = at.ToString("O"),
                actor_id = actor.Id,
                actor = actor.Name,
                source = actor.Source,
                channel = actor.Channel,
                credential = actor.Credential,
                action = entry.Action,
                subject_kind = entry.SubjectKind,
                subject_id = entry.SubjectId,
                subject = entry.Subject,
                about = about.Select(a => a.ToString()),
                reason = entry.Reason,
                details = entry.Details,
            },
            Canonical);
        var hash = HashOf(head.Hash, content);
        db.AuditEvents.Add(new AuditEvent
        {
            Sequence = sequence,
            At = at,
            ActorId = actor.Id,
            Actor = actor.Name,
            Source = actor.Source,
            Channel = actor.Channel,
            Action = entry.Action,
            SubjectKind = entry.SubjectKind,
            SubjectId = entry.SubjectId,
            Subject = entry.Subject,
            Reason = entry.Reason,
            Content = content,
            PreviousHash = head.Hash,
            Hash = hash,
        });
        db.AddRange(about.Select(a => new AuditAbout { Kind = a.Kind, Id = a.Id, Sequence = sequence }));
        await db.SaveChangesAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"update audit_head set sequence = {sequence}, hash = {hash}", cancellation);
    }

    public static byte[] HashOf(byte[] previous, string content) => AuditChain.HashOf(previous, Encoding.UTF8.GetBytes(content));

    internal static async Task<AuditHead> HeadAsync(MarketplaceDb db, CancellationToken cancellation) => (await db.Database
        .SqlQuery<AuditHead>($"select sequence as \"Sequence\", hash as \"Hash\" from audit_head")
        .ToListAsync(cancellation))[0];

    internal sealed record AuditHead(long Sequence, byte[] Hash)
    {
        public ChainMark Mark => new(Sequence, Hash);
    }
}

/// <param name="Action">A verb in the past, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">The table's word: <c>api</c>, <c>grant</c>, <c>application</c>.</param>
/// <param name="SubjectId">Its identifier.</param>
/// <param name="Subject">What a person calls it.</param>
/// <param name="Reason">Why, in the actor's words.</param>
/// <param name="Details">More facts, as JSON; of a change, <c>before</c> and <c>after</c>.</param>
public sealed record AuditEntry(
    string Action, string SubjectKind, string SubjectId, string Subject, string? Reason = null, object? Details = null);
