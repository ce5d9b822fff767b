namespace Marketplace.Contracts.Policy;

/// <summary>Where a data plane finds its policy.</summary>
public static class ControlAddress
{
    /// <summary>The audience of a token for the control plane; any authenticated application may have one.</summary>
    public const string Audience = "urn:marketplace:control";

    /// <summary>The media type of a signed snapshot in an answer.</summary>
    public const string MediaType = "application/jwt";

    /// <summary>The longest that a request may wait for something newer, in seconds.</summary>
    public const int LongestWait = 30;

    /// <summary>The path of a snapshot, without a slash in front.</summary>
    public static string SnapshotPath(string api, string version, string environment) =>
        $"control/v1/snapshots/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}/{Uri.EscapeDataString(environment)}";
}
