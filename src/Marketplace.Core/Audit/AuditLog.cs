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
        var head = await HoldHeadAsync(db, cancellation);
        var next = Next(head.Mark, at, actor, entry, about.Select(a => a.ToString()));
        db.AuditEvents.Add(next);
        db.AddRange(about.Select(a => new AuditAbout { Kind = a.Kind, Id = a.Id, Sequence = next.Sequence }));
        await db.SaveChangesAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"update audit_head set sequence = {next.Sequence}, hash = {next.Hash}", cancellation);
    }

    /// <summary>The event that follows the last one, as it is written and hashed.</summary>
    /// <param name="last">Where the chain stands.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="entry">What.</param>
    /// <param name="about">What it is about, each as <c>kind:id</c>.</param>
    public static AuditEvent Next(ChainMark last, DateTimeOffset at, Actor actor, AuditEntry entry, IEnumerable<string> about)
    {
        // PostgreSQL keeps microseconds; what is hashed must be what can be read back.
        at = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % 10), TimeSpan.Zero);
        var sequence = last.Sequence + 1;
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
                about,
                reason = entry.Reason,
                details = entry.Details,
            },
            Canonical);
        return new()
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
            PreviousHash = last.Hash,
            Hash = HashOf(last.Hash, content),
        };
    }

    public static byte[] HashOf(byte[] previous, string content) => AuditChain.HashOf(previous, Encoding.UTF8.GetBytes(content));

    internal static async Task<AuditHead> HeadAsync(MarketplaceDb db, CancellationToken cancellation) => (await db.Database
        .SqlQuery<AuditHead>($"select sequence as \"Sequence\", hash as \"Hash\" from audit_head")
        .ToListAsync(cancellation))[0];

    /// <summary>Whoever else appends waits until the transaction ends.</summary>
    internal static async Task<AuditHead> HoldHeadAsync(MarketplaceDb db, CancellationToken cancellation) => (await db.Database
        .SqlQuery<AuditHead>($"select sequence as \"Sequence\", hash as \"Hash\" from audit_head for update")
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
