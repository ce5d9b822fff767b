namespace Marketplace.Contracts.Rest;

/// <summary>A gateway or a service that pulls the policy of a version and enforces it.</summary>
/// <param name="Application">Client id of the application whose token it pulls with.</param>
/// <param name="Instance">As it calls itself; empty when it does not say.</param>
/// <param name="Revision">The policy revision that it enforces.</param>
/// <param name="EnforcedAt">Since when.</param>
/// <param name="SeenAt">When it was last heard; up to a minute old where nothing changed.</param>
/// <param name="State"><c>current</c>; <c>lagging</c> when it enforces an older revision; <c>silent</c> when it has not pulled for two minutes.</param>
public sealed record DataPlaneBody(
    string Application, string Instance, long Revision, DateTimeOffset EnforcedAt, DateTimeOffset SeenAt, string State);

/// <summary>How far a change of policy has got.</summary>
/// <param name="Revision">The policy revision that it made.</param>
/// <param name="At">When it was made.</param>
/// <param name="Kinds">What changed: <c>published</c>, <c>granted</c>, <c>revoked</c>, <c>enforcement</c>, <c>application</c>.</param>
/// <param name="DataPlanes">Those that were there then, and not silent.</param>
/// <param name="Enforced">How many of them enforce it.</param>
/// <param name="LastSeconds">How long after the change the last one of these began to; null before the first.</param>
public sealed record PolicyChangeBody(
    long Revision, DateTimeOffset At, IReadOnlyList<string> Kinds, int DataPlanes, int Enforced, double? LastSeconds);
