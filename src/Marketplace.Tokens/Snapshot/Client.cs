using System.Security.Cryptography;
using Marketplace.Jose;

namespace Marketplace.Tokens.Snapshot;

/// <summary>An application that is not disabled, with what it can prove itself by and what it was granted.</summary>
internal sealed class Client(
    Guid id, string clientId, Guid team, IReadOnlyList<Credential> credentials, IReadOnlyDictionary<TargetKey, ClientGrants> grants)
{
    private static readonly JwsExpectation AssertionForm = new()
    {
        // RFC 7523 names no "typ"; what clients send is none, JWT, or the one that its revision registers.
        Types = ["JWT", "client-authentication+jwt"],
        TypeOptional = true,
        KeyIdOptional = true,
    };

    private readonly JwsVerifier _keys = new(credentials.Select(c => c.Key).OfType<VerificationKey>());

    public Guid Id => id;

    public string ClientId => clientId;

    public Guid Team => team;

    public IReadOnlyDictionary<TargetKey, ClientGrants> Grants => grants;

    /// <summary>Compares with every live secret, whichever matches.</summary>
    public bool HasSecret(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        var found = false;
        foreach (var credential in credentials)
        {
            if (credential.SecretHash is { } known && credential.IsLive(now))
                found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }
        return found;
    }

    /// <summary>The assertion if a live key of this client signed it, else null.</summary>
    public CompactJws? Verify(string assertion, DateTimeOffset now)
    {
        var result = _keys.Verify(assertion, AssertionForm);
        return result.IsValid && credentials.Any(c => ReferenceEquals(c.Key, result.Key) && c.IsLive(now)) ? result.Jws : null;
    }
}

/// <summary>A secret's hash or a public key; exactly one of the two.</summary>
internal sealed record Credential(byte[]? SecretHash, VerificationKey? Key, DateTimeOffset? ExpiresAt)
{
    public bool IsLive(DateTimeOffset now) => ExpiresAt is not { } end || now < end;
}
