using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>A certificate authority and what it issues, valid by a bank's clock.</summary>
internal sealed class Certificates(Bank bank)
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    public X509Certificate2 Authority { get; } = MakeAuthority("CN=Bank CA", bank);

    public X509Certificate2 SelfSigned(string subject = "CN=self")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(subject, key, null, null).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
    }

    public X509Certificate2 Server()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        return Request("CN=server", key, names, ForServers).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
    }

    public X509Certificate2 Issue(
        string subject, Action<SubjectAlternativeNameBuilder>? names = null, string usage = ForClients, int days = 30, X509Certificate2? by = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var alternative = new SubjectAlternativeNameBuilder();
        names?.Invoke(alternative);
        var request = Request(subject, key, names is null ? null : alternative, usage);
        using var issued = request.Create(by ?? Authority, Now.AddDays(-20), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    public X509Certificate2 AnotherAuthority() => MakeAuthority("CN=Bank CA", bank);

    public static string Thumbprint(X509Certificate2 certificate) => Jose.Base64Url.Encode(SHA256.HashData(certificate.RawData));

    private DateTimeOffset Now => bank.Clock.GetUtcNow();

    private static X509Certificate2 MakeAuthority(string subject, Bank bank)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(bank.Clock.GetUtcNow().AddDays(-40), bank.Clock.GetUtcNow().AddDays(365));
    }

    private static CertificateRequest Request(string subject, ECDsa key, SubjectAlternativeNameBuilder? names, string? usage)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (names is not null)
            request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request;
    }
}

/// <summary>How a server under test asks for certificates.</summary>
internal sealed record TlsSetup(X509Certificate2 Server, X509Certificate2Collection Authorities, IReadOnlyList<IPNetwork> Proxies);
