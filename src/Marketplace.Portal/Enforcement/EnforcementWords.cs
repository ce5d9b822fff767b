using System.Globalization;
using Marketplace.Core.Policy;
using Marketplace.Core.Policy.DataPlanes;

namespace Marketplace.Portal.Enforcement;

internal static class EnforcementWords
{
    public static string Of(string kind) => kind switch
    {
        PolicyChangeKind.Published => "Published",
        PolicyChangeKind.Granted => "Access granted",
        PolicyChangeKind.Revoked => "Access revoked",
        PolicyChangeKind.Suspended => "Access suspended",
        PolicyChangeKind.Resumed => "Access resumed",
        PolicyChangeKind.Enforcement => "Mode changed",
        PolicyChangeKind.Limits => "Limits changed",
        PolicyChangeKind.Application => "An application changed",
        PolicyChangeKind.Restored => "Restored from a backup",
        _ => kind,
    };

    public static string Of(DataPlaneState state) => state switch
    {
        DataPlaneState.Current => "Up to date",
        DataPlaneState.Lagging => "Lagging",
        _ => "Silent",
    };

    public static string Tone(DataPlaneState state) => state switch
    {
        DataPlaneState.Current => "good",
        DataPlaneState.Lagging => "warn",
        _ => "bad",
    };

    public static string Reach(ChangeReach change) => change.DataPlanes == 0
        ? "None was there yet"
        : string.Create(CultureInfo.InvariantCulture, $"{change.Enforced:N0} of {change.DataPlanes:N0}");

    public static string Delay(ChangeReach change) => change.LastAt is { } last
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (last - change.At).TotalSeconds):0.0} s after")
        : "";
}
