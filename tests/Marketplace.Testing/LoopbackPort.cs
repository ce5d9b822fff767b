using System.Net;
using System.Net.Sockets;

namespace Marketplace.Testing;

public static class LoopbackPort
{
    /// <summary>A port that was free a moment ago. Prefer letting a server choose (port 0) where it can say which.</summary>
    public static int Pick()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
