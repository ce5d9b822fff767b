using System.Text.Json;

namespace Marketplace.Contracts.Rest;

/// <summary>One entry of the audit trail.</summary>
/// <param name="Sequence">Its place in the chain.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Source">From which address.</param>
/// <param name="Channel">By which door: <c>portal</c>, <c>rest</c> or <c>system</c>; null where that is not known.</param>
/// <param name="Action">What, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">To what kind of thing.</param>
/// <param name="SubjectId">Its identifier.</param>
/// <param name="Subject">What people call it.</param>
/// <param name="Reason">Why.</param>
public sealed record AuditEventBody(
    long Sequence, DateTimeOffset At, string Actor, string Source, string? Channel, string Action, string SubjectKind, string SubjectId, string Subject,
    string? Reason);

/// <summary>A part of the audit trail, newest first.</summary>
/// <param name="Items">The events.</param>
/// <param name="Older">What to give as <c>before</c> to go on; null at the end.</param>
public sealed record AuditPartBody(IReadOnlyList<AuditEventBody> Items, long? Older);

/// <summary>One entry of the audit trail, with everything that was recorded.</summary>
/// <param name="Event">All that its hash covers, details with what was before and after included; null where it was erased.</param>
/// <param name="PreviousHash">The hash of the event before it, in hex.</param>
/// <param name="Hash">SHA-256 of that hash and the recorded bytes, in hex.</param>
/// <param name="Checkpoint">The first checkpoint that holds it; null while none does.</param>
public sealed record AuditDetailBody(JsonElement? Event, string PreviousHash, string Hash, long? Checkpoint);

/// <summary>Where the audit trail's chain stood, signed: keep it elsewhere.</summary>
/// <param name="Sequence">The last event.</param>
/// <param name="Hash">Its hash, in hex.</param>
/// <param name="At">When.</param>
/// <param name="Kid">The key that signed it.</param>
/// <param name="Token">All of it as compact JWS: <c>mkt audit verify --anchor</c> takes it.</param>
public sealed record CheckpointBody(long Sequence, string Hash, DateTimeOffset At, string Kid, string Token);

/// <summary>Checkpoints, the newest first.</summary>
/// <param name="Items">The checkpoints.</param>
public sealed record CheckpointsBody(IReadOnlyList<CheckpointBody> Items);

/// <summary>Asks that the content of old events be erased; another person confirms it.</summary>
/// <param name="Before">Events from before this moment.</param>
/// <param name="Reason">Why, for the audit trail.</param>
public sealed record NewErasureBody(DateTimeOffset Before, string Reason);

/// <summary>An erasure that waits, or was decided.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Before">Events from before this moment.</param>
/// <param name="Reason">Why.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="DecidedBy">Who confirmed it or took it back.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Outcome"><c>erased</c> or <c>withdrawn</c>; null while it waits.</param>
/// <param name="UpTo">The last event that lost its content.</param>
public sealed record ErasureBody(
    Guid Id, DateTimeOffset Before, string Reason, string AskedBy, DateTimeOffset AskedAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? Outcome, long? UpTo);

/// <summary>Erasures, the newest first.</summary>
/// <param name="Years">Younger content is never erased.</param>
/// <param name="Items">The erasures.</param>
public sealed record ErasuresBody(int Years, IReadOnlyList<ErasureBody> Items);
