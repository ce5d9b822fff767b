using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Clients;

/// <summary>The certificate that a client has shown to us, or to a proxy that we were told to believe.</summary>
internal sealed class ClientCertificates(TokenPlaneOptions options, TimeProvider clock)
{
    /// <summary>RFC 9440 §2.2: DER in base64 between colons.</summary>
    public const string Header = "Client-Cert";

    private const int MaxHeader = 16 * 1024;
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public X509Certificate2? Of(HttpContext context)
    {
        if (options.MutualTls is not { } tls)
            return null;
        return context.Connection.ClientCertificate ?? (IsTrusted(tls, context.Connection.RemoteIpAddress) ? Read(context.Request.Headers[Header]) : null);
    }

    /// <summary>
    /// Whether a trusted authority issued it, for clients, and it is valid now (§2.1). Revocation lists are not read:
    /// who must be kept out is removed from the application.
    /// </summary>
    public bool IsVouchedFor(X509Certificate2 certificate)
    {
        if (options.MutualTls is not { Authorities: { Count: > 0 } authorities })
            return false;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var authority in authorities)
            (authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData) ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    private static bool IsTrusted(MutualTlsOptions tls, IPAddress? peer)
    {
        if (tls.TrustedProxies.Count == 0 || peer is null)
            return false;
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return tls.TrustedProxies.Any(network => network.Contains(address));
    }

    private static X509Certificate2? Read(Microsoft.Extensions.Primitives.StringValues values)
    {
        if (values is not [{ Length: > 2 and <= MaxHeader } text] || text[0] != ':' || text[^1] != ':')
            return null;
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text[1..^1]));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
