using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Absences;

/// <summary>A person is away, and another gives their approvals meanwhile: never more than they could, and never on to a third.</summary>
public sealed class Absence
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid PersonId { get; init; }
    public required Guid DelegateId { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Back before its time.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    internal sealed class Table() : Mapping<Absence>("absence");
}
