using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Jose;

namespace Marketplace.Core.Applications;

/// <summary>A credential about to be stored, with the secret that is shown once.</summary>
internal sealed record NewCredential(CredentialKind Kind, string Label, byte[]? Hash, string Hint, string? PublicJwk, string? Secret)
{
    /// <summary>A public key if one is given, else a fresh secret.</summary>
    public static Outcome<NewCredential> From(string? publicKey, string label, SecretHasher hasher)
    {
        if (string.IsNullOrWhiteSpace(publicKey))
        {
            var secret = hasher.Create(SecretHasher.ClientSecretPrefix);
            return new NewCredential(CredentialKind.Secret, label, secret.Hash, secret.Hint, null, secret.Value);
        }

        var key = PublicKeyReader.Read(publicKey);
        return key.Succeeded
            ? new NewCredential(CredentialKind.PublicKey, label, null, key.Value.Thumbprint(), key.Value.ToJson(), null)
            : key.Failed<NewCredential>();
    }

    public ApplicationCredential For(Guid applicationId, Actor actor, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        ApplicationId = applicationId,
        Kind = Kind,
        Label = Label,
        SecretHash = Hash,
        Hint = Hint,
        PublicJwk = PublicJwk,
        CreatedBy = actor.Id,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };
}
