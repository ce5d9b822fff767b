using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Core.Fetching;

/// <summary>What an operator allows where we fetch from a URL that a person typed.</summary>
public sealed record FetchOptions
{
    /// <summary>Hosts inside the company that may be fetched from, such as <c>git.bank.example</c>, and <c>host:port</c>.</summary>
    public IReadOnlyList<string> AllowedInternalHosts { get; init; } = [];

    /// <summary>
    /// Sandboxes inside the company that people may try APIs in. Apart from the above: a document is fetched by GET and
    /// read as one, while a relay sends what a person writes and shows what comes back.
    /// </summary>
    public IReadOnlyList<string> SandboxHosts { get; init; } = [];

    /// <summary>Receivers of webhooks inside the company; apart, since what is sent there is about somebody's access.</summary>
    public IReadOnlyList<string> WebhookHosts { get; init; } = [];

    /// <summary>Whose server certificates are believed beside those that the machine believes.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>For connections to whom an operator, or a person within what the operator allows, named.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Authorities.Count == 0)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Authorities);
        using var machine = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        policy.CustomTrustStore.AddRange(machine.Certificates);
        return policy;
    }
}

/// <summary>What one fetch may cost.</summary>
public sealed record FetchLimits(int MaxBytes, TimeSpan Timeout)
{
    public int MaxRedirects { get; init; }

    public bool HttpsOnly { get; init; }
}
