using Marketplace.Core.Keys;
using Marketplace.Core.People;

namespace Marketplace.Core.Applications;

/// <summary>A credential about to be stored, with the secret that is shown once.</summary>
internal sealed record NewCredential(CredentialKind Kind, string Label, string Hint)
{
    public byte[]? Hash { get; init; }
    public string? Secret { get; init; }
    public string? PublicJwk { get; init; }
    public string? Certificate { get; init; }
    public string? CertificateName { get; init; }

    /// <summary>A certificate's own end; the credential lives no longer.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The key, certificate or name that is given, else a fresh secret.</summary>
    public static Outcome<NewCredential> From(string? publicKey, string label, SecretHasher hasher)
    {
        if (string.IsNullOrWhiteSpace(publicKey))
        {
            var secret = hasher.Create(SecretHasher.ClientSecretPrefix);
            return new NewCredential(CredentialKind.Secret, label, secret.Hint) { Hash = secret.Hash, Secret = secret.Value };
        }

        return CredentialReader.Read(publicKey, label);
    }

    public ApplicationCredential For(Guid applicationId, Actor actor, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        ApplicationId = applicationId,
        Kind = Kind,
        Label = Label,
        SecretHash = Hash,
        Hint = Hint,
        PublicJwk = PublicJwk,
        Certificate = Certificate,
        CertificateName = CertificateName,
        CreatedBy = actor.Id,
        CreatedAt = now,
        ExpiresAt = NotAfter is { } end && (expiresAt is null || expiresAt > end) ? end : expiresAt,
    };
}
