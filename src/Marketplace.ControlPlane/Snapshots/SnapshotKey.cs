namespace Marketplace.ControlPlane.Snapshots;

/// <summary>Which snapshot: an ApiVersion in one environment.</summary>
internal readonly record struct SnapshotKey(Guid Line, string Environment);
