using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
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
                action = entry.Action,
                subject_kind = entry.SubjectKind,
                subject_id = entry.SubjectId,
                subject = entry.Subject,
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
            Action = entry.Action,
            SubjectKind = entry.SubjectKind,
            SubjectId = entry.SubjectId,
            Subject = entry.Subject,
            Reason = entry.Reason,
            Content = content,
            PreviousHash = head.Hash,
            Hash = hash,
        });
        await db.SaveChangesAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"update audit_head set sequence = {sequence}, hash = {hash}", cancellation);
    }

    public static byte[] HashOf(byte[] previous, string content) => SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(content)]);

    /// <summary>Whether the columns that people search say the same as the content that the hash covers.</summary>
    internal static bool ContentTells(AuditEvent e)
    {
        using var document = JsonDocument.Parse(e.Content);
        var content = document.RootElement;
        return content.GetProperty("sequence").GetInt64() == e.Sequence
            && content.GetProperty("at").GetString() == e.At.ToUniversalTime().ToString("O")
            && content.GetProperty("actor_id").GetGuid() == e.ActorId
            && content.GetProperty("actor").GetString() == e.Actor
            && content.GetProperty("source").GetString() == e.Source
            && content.GetProperty("action").GetString() == e.Action
            && content.GetProperty("subject_kind").GetString() == e.SubjectKind
            && content.GetProperty("subject_id").GetString() == e.SubjectId
            && content.GetProperty("subject").GetString() == e.Subject
            && content.GetProperty("reason").GetString() == e.Reason;
    }

    internal static async Task<AuditHead> HeadAsync(MarketplaceDb db, CancellationToken cancellation) => (await db.Database
        .SqlQuery<AuditHead>($"select sequence as \"Sequence\", hash as \"Hash\" from audit_head")
        .ToListAsync(cancellation))[0];

    internal sealed record AuditHead(long Sequence, byte[] Hash);
}

/// <param name="Action">A verb in the past, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">The table's word: <c>api</c>, <c>grant</c>, <c>application</c>.</param>
/// <param name="SubjectId">Its identifier.</param>
/// <param name="Subject">What a person calls it.</param>
/// <param name="Reason">Why, in the actor's words.</param>
/// <param name="Details">More facts, as JSON.</param>
public sealed record AuditEntry(
    string Action, string SubjectKind, string SubjectId, string Subject, string? Reason = null, object? Details = null);
