using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Core.Applications;
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

    // Two key sets may call different keys the same: every further key of a name goes into a further verifier.
    private readonly JwsVerifier[] _keys =
    [
        .. credentials.Where(c => c.Key is not null)
            .GroupBy(c => c.Key!.KeyId, StringComparer.Ordinal)
            .SelectMany(named => named.Select((credential, i) => (credential.Key, Place: i)))
            .GroupBy(key => key.Place, key => key.Key!)
            .Select(keys => new JwsVerifier(keys)),
    ];

    public Guid Id => id;

    public string ClientId => clientId;

    public Guid Team => team;

    public IReadOnlyDictionary<TargetKey, ClientGrants> Grants => grants;

    /// <summary>The same in one environment: of the others it has no grant, whatever is asked.</summary>
    public Client In(string environment) =>
        new(id, clientId, team, [], grants.Where(g => g.Key.Environment == environment).ToDictionary()) { Environment = environment };

    /// <summary>The only one that it may get tokens for, by the credential that it came with; null for every one.</summary>
    public string? Environment { get; private init; }

    /// <summary>Compares with every live secret, whichever matches.</summary>
    public Credential? FindSecret(ReadOnlySpan<byte> hash, DateTimeOffset now)
    {
        Credential? found = null;
        foreach (var credential in credentials)
        {
            if (credential.SecretHash is { } known && credential.IsLive(now) && CryptographicOperations.FixedTimeEquals(known, hash))
                found = credential;
        }
        return found;
    }

    /// <summary>self_signed_tls_client_auth: one of the registered certificates, by its SHA-256 (RFC 8705 §2.2).</summary>
    public Credential? FindCertificate(byte[] thumbprint, DateTimeOffset now) =>
        credentials.FirstOrDefault(c => c.Certificate is { } known && c.IsLive(now) && known.AsSpan().SequenceEqual(thumbprint));

    /// <summary>tls_client_auth: whether it bears a registered name (RFC 8705 §2.1); who issued it is not looked at.</summary>
    public Credential? FindName(X509Certificate2 certificate, DateTimeOffset now) =>
        credentials.FirstOrDefault(c => c.Name is { } name && c.IsLive(now) && name.Matches(certificate));

    /// <summary>The credential of the live key of this client that signed it, if one did.</summary>
    public Credential? Verify(CompactJws assertion, DateTimeOffset now)
    {
        foreach (var keys in _keys)
        {
            var result = keys.Verify(assertion, AssertionForm);
            if (result.IsValid && credentials.FirstOrDefault(c => ReferenceEquals(c.Key, result.Key) && c.IsLive(now)) is { } credential)
                return credential;
        }
        return null;
    }

    /// <summary>The credentials whose keys are at a URL, where they may have changed.</summary>
    public IEnumerable<Guid> KeySets(DateTimeOffset now) => credentials.Where(c => c.IsFromUrl && c.IsLive(now)).Select(c => c.Id).Distinct();
}

/// <summary>A secret's hash, a public key, a certificate's SHA-256 or a name; a key may bring its certificate along.</summary>
internal sealed record Credential(
    Guid Id, byte[]? SecretHash, VerificationKey? Key, DateTimeOffset? ExpiresAt, byte[]? Certificate = null, CertificateName? Name = null)
{
    /// <summary>The key was published by the client at a URL (RFC 7591 §2, jwks_uri).</summary>
    public bool IsFromUrl { get; init; }

    /// <summary>The one environment that it is for; null for every one.</summary>
    public string? Environment { get; init; }

    public bool IsLive(DateTimeOffset now) => ExpiresAt is not { } end || now < end;

    /// <summary>Whether this use is worth a note; not again for some seconds.</summary>
    public bool Touch(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (seconds - Volatile.Read(ref _noted) < SecondsBetweenNotes)
            return false;
        Volatile.Write(ref _noted, seconds);
        return true;
    }

    private const int SecondsBetweenNotes = 10;
    private long _noted;
}
