using System.Net;
using System.Net.Sockets;

namespace Marketplace.Core.Fetching;

/// <summary>Connects to where a person's URL leads, once the address itself is seen to be public or its host is allowed.</summary>
internal static class CheckedConnection
{
    public static async ValueTask<Stream> OpenAsync(FetchOptions options, DnsEndPoint place, CancellationToken cancellation)
    {
        var allowed = options.AllowedInternalHosts.Any(h =>
            h.Equals(place.Host, StringComparison.OrdinalIgnoreCase) || h.Equals($"{place.Host}:{place.Port}", StringComparison.OrdinalIgnoreCase));
        var addresses = await Dns.GetHostAddressesAsync(place.Host, cancellation);
        var usable = allowed ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (usable.Length == 0)
            throw new AddressRefused();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, place.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

internal sealed class AddressRefused : IOException;
