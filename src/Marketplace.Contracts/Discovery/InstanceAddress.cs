namespace Marketplace.Contracts.Discovery;

/// <summary>Where instances register and where their list is read.</summary>
public static class InstanceAddress
{
    /// <summary>The path of a list, without a slash in front; to be followed like a snapshot.</summary>
    public static string List(string api, string version, string environment) =>
        $"control/v1/instances/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}/{Uri.EscapeDataString(environment)}";

    /// <summary>The path of one instance: PUT registers and renews, DELETE leaves.</summary>
    public static string Of(string api, string version, string environment, string instance) =>
        $"{List(api, version, environment)}/{Uri.EscapeDataString(instance)}";

    /// <summary>The audience of a token for a line's instances.</summary>
    public static string AudienceOf(string api, string version, string environment) => $"urn:marketplace:{api}:{version}:{environment}";
}
