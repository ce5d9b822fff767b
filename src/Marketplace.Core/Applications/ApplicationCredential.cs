using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;

namespace Marketplace.Core.Applications;

public enum CredentialKind
{
    Secret,
    PublicKey,

    /// <summary>self_signed_tls_client_auth: this very certificate (RFC 8705 §2.2).</summary>
    Certificate,

    /// <summary>tls_client_auth: a trusted authority's certificate with this name (RFC 8705 §2.1).</summary>
    CertificateName,

    /// <summary>The public keys that the application publishes at a URL of its own.</summary>
    JwksUri,
}

/// <summary>How an application proves that it is itself. It may have several at once, so that rotation needs no downtime.</summary>
public sealed class ApplicationCredential
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApplicationId { get; init; }
    public required CredentialKind Kind { get; init; }
    public required string Label { get; set; }

    /// <summary>The one environment that it gets tokens for; null for every one.</summary>
    public string? Environment { get; init; }
    public byte[]? SecretHash { get; init; }

    /// <summary>The last four characters of a secret, a key's or certificate's thumbprint, a certificate's name, or a key set's URL.</summary>
    public required string Hint { get; init; }
    public string? PublicJwk { get; init; }

    /// <summary>DER in base64.</summary>
    public string? Certificate { get; init; }
    public string? CertificateName { get; init; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>To within some seconds; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    public Application? Application { get; init; }
    public ClientKeySet? KeySet { get; init; }

    internal sealed class Table() : Mapping<ApplicationCredential>("application_credential");
}
