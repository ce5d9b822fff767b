using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Marketplace.Jose;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// The certificate that the caller has shown: to this service, or to one of the proxies that it was told to believe. What a
/// proxy shows for itself is not the caller's, and what anybody else says in a header is nothing.
/// </summary>
internal sealed class PeerCertificate(MarketplaceOptions options)
{
    /// <summary>RFC 9440 §2.2: DER in base64 between colons.</summary>
    public const string Header = "Client-Cert";

    private const string UnixSocket = "unix";
    private const int MaxHeader = 16 * 1024;
    private readonly bool believesUnix = options.CertificateProxies.Contains(UnixSocket, StringComparer.Ordinal);
    private readonly IPNetwork[] believed = [.. options.CertificateProxies.Select(proxy => TryReadProxy(proxy, out var network) ? network : null).OfType<IPNetwork>()];

    /// <summary>An address or a network; null and true for a Unix socket.</summary>
    public static bool TryReadProxy(string text, out IPNetwork? network)
    {
        network = null;
        if (text == UnixSocket)
            return true;
        if (IPAddress.TryParse(text, out var address))
            network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        else if (IPNetwork.TryParse(text, out var read))
            network = read;
        return network is not null;
    }

    /// <summary>base64url of the SHA-256 of its DER, as in <c>cnf.x5t#S256</c> (RFC 8705 §3.1).</summary>
    public string? ThumbprintOf(HttpContext context)
    {
        if (IsProxy(context))
            return Read(context.Request.Headers[Header]) is { } der ? Thumbprint(der) : null;
        return context.Connection.ClientCertificate is { } certificate ? Thumbprint(certificate.RawData) : null;
    }

    private static string Thumbprint(byte[] der) => Base64Url.Encode(SHA256.HashData(der));

    // By the socket itself: the address in HttpContext may be one that a forwarded header named.
    private bool IsProxy(HttpContext context)
    {
        if ((believed.Length == 0 && !believesUnix) || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return false;
        if (socket.AddressFamily == AddressFamily.Unix)
            return believesUnix;
        return socket.RemoteEndPoint is IPEndPoint { Address: var address } && Believes(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    private bool Believes(IPAddress address)
    {
        foreach (var network in believed)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    private static byte[]? Read(StringValues values)
    {
        if (values is not [{ Length: > 2 and <= MaxHeader } text] || text[0] != ':' || text[^1] != ':')
            return null;
        var der = new byte[text.Length];
        return Convert.TryFromBase64Chars(text.AsSpan(1, text.Length - 2), der, out var length) ? der[..length] : null;
    }
}
