using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Audit;

/// <summary>Who did what to what, when, why. Append-only: the database role has no right to change one.</summary>
public sealed class AuditEvent
{
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public Guid? ActorId { get; init; }
    public required string Actor { get; init; }

    /// <summary>The address, behind trusted proxies only.</summary>
    public required string Source { get; init; }

    /// <summary>By which door: <c>portal</c>, <c>rest</c>, <c>system</c>. Null: not known.</summary>
    public string? Channel { get; init; }
    public required string Action { get; init; }
    public required string SubjectKind { get; init; }
    public required string SubjectId { get; init; }
    public required string Subject { get; init; }
    public string? Reason { get; init; }

    /// <summary>The exact JSON that <see cref="Hash"/> covers, after <see cref="PreviousHash"/>.</summary>
    public required string Content { get; init; }
    public required byte[] PreviousHash { get; init; }
    public required byte[] Hash { get; init; }

    internal sealed class Table() : Mapping<AuditEvent>("audit_event")
    {
        protected override void Map(EntityTypeBuilder<AuditEvent> entity)
        {
            entity.HasKey(e => e.Sequence);
            entity.Property(e => e.Sequence).ValueGeneratedNever();
        }
    }
}
