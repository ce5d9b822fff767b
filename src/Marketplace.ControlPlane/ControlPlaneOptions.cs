namespace Marketplace.ControlPlane;

/// <summary>What the control plane is told by its host.</summary>
public sealed class ControlPlaneOptions
{
    /// <summary>The public base URL without a trailing slash: <c>iss</c> of the tokens it takes and of the snapshots it signs.</summary>
    public required string Issuer { get; init => field = value.TrimEnd('/'); }
}
