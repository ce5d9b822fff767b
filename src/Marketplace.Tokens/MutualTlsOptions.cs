using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Tokens;

/// <summary>Clients that prove themselves by a certificate (RFC 8705). Without these options there are none.</summary>
public sealed record MutualTlsOptions
{
    /// <summary>The public base URL of the port that asks for certificates, without a trailing slash; goes into "mtls_endpoint_aliases" (§5).</summary>
    public required string Url { get; init; }

    /// <summary>Whose certificates tls_client_auth believes (§2.1): roots, and intermediates that clients do not send. Empty: the method is off.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>Who may say in a Client-Cert header (RFC 9440) which certificate it has seen; it must remove what clients send. Nobody by default.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];
}
