namespace Marketplace.Core.People;

public enum TransferOutcome
{
    Accepted,
    Declined,
    Cancelled,

    /// <summary>An administrator moved the thing meanwhile.</summary>
    Superseded,
}

/// <summary>Something is offered to another team. One offer at a time.</summary>
public abstract class Transfer
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid FromTeamId { get; init; }
    public required Guid ToTeamId { get; init; }
    public required string Note { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset OfferedAt { get; init; }
    public TransferOutcome? Outcome { get; private set; }
    public Guid? DecidedBy { get; private set; }
    public DateTimeOffset? DecidedAt { get; private set; }
    public Team? FromTeam { get; init; }
    public Team? ToTeam { get; init; }

    internal void Close(TransferOutcome outcome, Actor actor, DateTimeOffset now) => (Outcome, DecidedBy, DecidedAt) = (outcome, actor.Id, now);
}
