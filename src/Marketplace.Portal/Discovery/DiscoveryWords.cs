using Marketplace.Contracts.Discovery;

namespace Marketplace.Portal.Discovery;

internal static class DiscoveryWords
{
    public static string OfState(string state) => state switch
    {
        InstanceState.Ready => "Ready",
        InstanceState.Unhealthy => "Not well",
        InstanceState.Draining => "Draining",
        _ => "Silent",
    };

    public static string Tone(string state) => state switch
    {
        InstanceState.Ready => "good",
        InstanceState.Lapsed => "bad",
        _ => "warn",
    };

    public static string OfKind(string kind) => kind switch
    {
        "policy" => "Policy asked for",
        "instances" => "Instances asked for",
        "registration" => "Registration",
        "usage" => "Report of usage",
        _ => kind,
    };
}
