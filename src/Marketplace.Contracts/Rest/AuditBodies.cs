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
