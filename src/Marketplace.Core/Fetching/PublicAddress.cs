using System.Net;
using System.Net.Sockets;

namespace Marketplace.Core.Fetching;

/// <summary>Addresses on the public internet: everything else may be ours, or the cloud's metadata service.</summary>
internal static class PublicAddress
{
    // IANA special-purpose registries (RFC 6890 and its updates).
    private static readonly IPNetwork[] Special =
    [
        .. "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
            .Split(' ').Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV6 =
    [
        .. "2001::/23 2001:db8::/32 2002::/16 3fff::/20".Split(' ').Select(IPNetwork.Parse),
    ];

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Special.Any(n => n.Contains(address)),
            // Outside 2000::/3 lie loopback, link-local, unique local, NAT64 and the mapped and compatible forms of IPv4.
            AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(address) && !SpecialV6.Any(n => n.Contains(address)),
            _ => false,
        };
    }
}
