using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Discovery;

/// <summary>What an instance says of itself, at its start, at each renewal and whenever it changes.</summary>
/// <param name="Url">Where it is called, such as <c>https://10.1.2.3:8443</c>.</param>
/// <param name="Zone">The failure domain that it stands in, such as <c>ams-1</c>.</param>
/// <param name="Version">The deployment that it is of, such as <c>2.4.1</c>.</param>
/// <param name="Weight">0 to 1,000: its part of the calls among the instances that it stands beside. 0 takes none.</param>
/// <param name="Share">
/// 1 to 100: the percentage of calls that its <paramref name="Version"/> gets, whatever the number of instances, as for a
/// canary; the other deployments share the rest. Null when it is one of the others.
/// </param>
/// <param name="State">One of <see cref="InstanceState"/> but lapsed.</param>
/// <param name="Lease">Seconds until it counts as gone unless it renews; 5 to 300. Renew at a third.</param>
public sealed record InstanceRegistration(
    [property: JsonPropertyName("url")] string Url = "",
    [property: JsonPropertyName("zone")] string? Zone = null,
    [property: JsonPropertyName("version")] string? Version = null,
    [property: JsonPropertyName("weight")] int Weight = 100,
    [property: JsonPropertyName("share")] int? Share = null,
    [property: JsonPropertyName("state")] string State = InstanceState.Ready,
    [property: JsonPropertyName("lease")] int Lease = 15)
{
    /// <summary>Longer bodies are not read.</summary>
    public const int LongestBody = 4096;

    /// <summary>Why nobody can be sent there: a code and a sentence; null when it is good.</summary>
    /// <param name="allowLoopback">Whether an address of this very machine is one that callers reach.</param>
    public (string Code, string Detail)? Problem(bool allowLoopback)
    {
        if (AddressProblem(Url, allowLoopback) is { } bad)
            return ("address_invalid", bad);
        if (!IsName(Zone) || !IsName(Version))
            return ("name_invalid", "zone and version are 1 to 64 letters, digits, dots, colons, hyphens and underscores.");
        if (Weight is < 0 or > 1000)
            return ("weight_invalid", "weight is a whole number from 0 to 1000.");
        if (Share is < 1 or > 100 || (Share is not null && Version is null))
            return ("share_invalid", "share is a percentage from 1 to 100, of the calls that a version gets: name the version.");
        if (Lease is < 5 or > 300)
            return ("lease_invalid", "lease is a number of seconds from 5 to 300.");
        return State is InstanceState.Ready or InstanceState.Unhealthy or InstanceState.Draining
            ? null : ("state_invalid", $"state is {InstanceState.Ready}, {InstanceState.Unhealthy} or {InstanceState.Draining}.");
    }

    private static bool IsName(string? name) => name is null || (name.Length > 0 && ControlAddress.InstanceName(name) == name);

    private static string? AddressProblem(string url, bool allowLoopback)
    {
        if (url is not { Length: > 0 and <= 255 } || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return "url must be an absolute http or https address of at most 255 characters.";
        // Whoever takes such a text anew, a database or another parser, reads another address or none.
        if (url.AsSpan().ContainsAnyExceptInRange('!', '~') || url.Contains('\\', StringComparison.Ordinal))
            return "url must be of visible ASCII characters, without a backslash.";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || url.Contains('?', StringComparison.Ordinal) || url.Contains('#', StringComparison.Ordinal))
            return "url must have no user, query or fragment.";
        if (uri.Port <= 0 || uri.Host.Length == 0)
            return "url must name a host and a port that can be called.";
        return Unreachable(uri, allowLoopback) ? $"url must be an address that callers reach; {uri.Host} is not one." : null;
    }

    // A caller sends its token there: this machine, a metadata service on the link or everybody at once are never a service.
    private static bool Unreachable(Uri uri, bool allowLoopback)
    {
        if (uri.HostNameType == UriHostNameType.Dns)
        {
            var host = uri.Host.TrimEnd('.');
            return !allowLoopback && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
        }

        if (!IPAddress.TryParse(uri.DnsSafeHost, out var address))
            return true;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return !allowLoopback;
        var first = address.GetAddressBytes()[0];
        return address.AddressFamily == AddressFamily.InterNetwork
            ? first is 0 or >= 224 || (first == 169 && address.GetAddressBytes()[1] == 254)
            : address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6Multicast;
    }
}
