using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.People;

namespace Marketplace.Core.Applications;

/// <summary>A credential about to be stored, with the secret that is shown once.</summary>
internal sealed record NewCredential(CredentialKind Kind, string Label, string Hint)
{
    public Guid Id { get; } = Guid.CreateVersion7();
    public byte[]? Hash { get; init; }
    public string? Secret { get; init; }
    public string? PublicJwk { get; init; }
    public string? Certificate { get; init; }
    public string? CertificateName { get; init; }
    public ClientKeySet? KeySet { get; init; }

    /// <summary>A certificate's own end; the credential lives no longer.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    public ApplicationCredential For(Guid applicationId, Actor actor, DateTimeOffset now, DateTimeOffset? expiresAt, string? environment = null) => new()
    {
        Id = Id,
        ApplicationId = applicationId,
        Kind = Kind,
        Label = Label,
        Environment = environment,
        SecretHash = Hash,
        Hint = Hint,
        PublicJwk = PublicJwk,
        Certificate = Certificate,
        CertificateName = CertificateName,
        KeySet = KeySet,
        CreatedBy = actor.Id,
        CreatedAt = now,
        ExpiresAt = NotAfter is { } end && (expiresAt is null || expiresAt > end) ? end : expiresAt,
    };
}
