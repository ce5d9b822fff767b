namespace Marketplace.Core.Policy.DataPlanes;

public enum DataPlaneState
{
    /// <summary>It enforces the newest policy of the line.</summary>
    Current,

    /// <summary>It pulls, and enforces an older one.</summary>
    Lagging,

    /// <summary>It has not pulled for longer than one that lives would.</summary>
    Silent,
}

/// <param name="ClientId">The application whose token it pulls with.</param>
/// <param name="Application">What people call it.</param>
/// <param name="Instance">As it calls itself; empty when it does not say.</param>
/// <param name="Revision">What it enforces.</param>
/// <param name="EnforcedAt">Since when.</param>
/// <param name="SeenAt">When it was last heard; up to a minute old where nothing changed.</param>
public sealed record DataPlaneRow(
    string ClientId, string Application, string Instance, long Revision, DateTimeOffset EnforcedAt, DateTimeOffset SeenAt, DataPlaneState State);

/// <summary>How far a change of policy has got.</summary>
/// <param name="Revision">The change.</param>
/// <param name="At">When it was made.</param>
/// <param name="Kinds">What changed: of <see cref="PolicyChangeKind"/>.</param>
/// <param name="DataPlanes">Those that were there then, and not silent.</param>
/// <param name="Enforced">How many of them enforce it.</param>
/// <param name="LastAt">When the last one began to; null before the first.</param>
public sealed record ChangeReach(long Revision, DateTimeOffset At, string[] Kinds, int DataPlanes, int Enforced, DateTimeOffset? LastAt);
