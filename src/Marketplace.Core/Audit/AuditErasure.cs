using Marketplace.Core.Data;

namespace Marketplace.Core.Audit;

/// <summary>That the content of old events be erased: asked for by one person, done by another.</summary>
public sealed class AuditErasure
{
    public const string Erased = "erased";
    public const string Withdrawn = "withdrawn";

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required DateTimeOffset Before { get; init; }
    public required string Reason { get; init; }
    public required Guid AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? Outcome { get; set; }
    public long? UpTo { get; set; }

    internal sealed class Table() : Mapping<AuditErasure>("audit_erasure");
}
