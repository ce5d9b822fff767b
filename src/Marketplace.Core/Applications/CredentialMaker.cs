using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

/// <summary>Makes a credential of what a team gave: a key, certificate or name, the URL of a key set, or nothing, for a fresh secret.</summary>
public sealed class CredentialMaker(SecretHasher hasher, KeySetFetcher fetcher, KeySetTimes times, TimeProvider clock)
{
    /// <summary>Call it before the transaction: a key set comes from somebody's server.</summary>
    internal async Task<Outcome<NewCredential>> MakeAsync(string? publicKey, string? jwksUri, string label, CancellationToken cancellation)
    {
        var (hasKey, hasUrl) = (!string.IsNullOrWhiteSpace(publicKey), !string.IsNullOrWhiteSpace(jwksUri));
        if (hasKey && hasUrl)
            return new Problem("credential_twice", "Give a public key or the URL of a key set, not both; the other one can be added afterwards.", KeySetFetcher.Field);
        if (hasUrl)
            return await FetchAsync(jwksUri!.Trim(), label, cancellation);
        if (hasKey)
            return CredentialReader.Read(publicKey!, label);
        var secret = hasher.Create(SecretHasher.ClientSecretPrefix);
        return new NewCredential(CredentialKind.Secret, label, secret.Hint) { Hash = secret.Hash, Secret = secret.Value };
    }

    internal static async Task<Problem?> EnvironmentFlawAsync(MarketplaceDb db, string? environment, CancellationToken cancellation) =>
        environment is null || await db.Environments.AnyAsync(e => e.Name == environment, cancellation)
            ? null
            : new("environment_unknown", "Choose sandbox or production, or every environment.", "environment");

    private async Task<Outcome<NewCredential>> FetchAsync(string url, string label, CancellationToken cancellation)
    {
        var fetched = await fetcher.FetchAsync(url, cancellation);
        if (!fetched.Succeeded)
            return fetched.Failed<NewCredential>();
        if (fetched.Value.Reading.Flaw is { } flaw)
            return flaw;
        var now = clock.GetUtcNow();
        var credential = new NewCredential(CredentialKind.JwksUri, label, url);
        return credential with
        {
            KeySet = new ClientKeySet
            {
                CredentialId = credential.Id,
                Url = url,
                Keys = fetched.Value.Reading.Keys.ToJson(),
                FetchedAt = now,
                CheckedAt = now,
                NextAt = now + times.Until(fetched.Value.MaxAge),
            },
        };
    }
}
