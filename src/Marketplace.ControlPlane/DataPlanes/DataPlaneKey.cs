using Marketplace.ControlPlane.Snapshots;

namespace Marketplace.ControlPlane.DataPlanes;

/// <summary>One instance that pulls one snapshot.</summary>
/// <param name="Snapshot">Which policy it enforces.</param>
/// <param name="ClientId">Whose token it pulls with.</param>
/// <param name="Instance">As it calls itself; empty when it does not say.</param>
internal readonly record struct DataPlaneKey(SnapshotKey Snapshot, string ClientId, string Instance);

/// <summary>What is known of it.</summary>
/// <param name="Revision">The newest revision that it has said it enforces.</param>
/// <param name="EnforcedAt">When it first said so.</param>
/// <param name="SeenAt">When it last pulled.</param>
internal sealed record DataPlaneSighting(long Revision, DateTimeOffset EnforcedAt, DateTimeOffset SeenAt);
