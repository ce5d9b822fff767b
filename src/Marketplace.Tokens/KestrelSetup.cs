using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Marketplace.Tokens;

/// <summary>What the server must do before a request reaches the token plane.</summary>
public static class KestrelSetup
{
    /// <summary>Who sends too slowly is cut off, so that thousands of them cost little and take nobody's turn.</summary>
    public static void LimitSlowClients(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    /// <summary>
    /// HTTPS of its own for clients with certificates (RFC 8705). TLS proves that the client holds the key; whether we
    /// know the certificate is judged per request, so the handshake lets any pass. Other HTTPS ports ask for none.
    /// </summary>
    public static void AskForCertificates(this KestrelServerOptions kestrel, int port, X509Certificate2 server) =>
        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificate = server;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
            https.OnAuthenticate = (connection, tls) => tls.ClientCertificateRequired = (connection.LocalEndPoint as IPEndPoint)?.Port == port;
        });
}
