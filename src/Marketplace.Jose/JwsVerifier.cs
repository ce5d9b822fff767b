using System.Collections.Frozen;

namespace Marketplace.Jose;

/// <summary>What a caller accepts beyond a good signature.</summary>
public sealed record JwsExpectation
{
    /// <summary>The "typ" values accepted, compared by <see cref="CompactJws.SameType"/>.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>Whether a token without "typ" is accepted too.</summary>
    public bool TypeOptional { get; init; }

    /// <summary>Whether a token without "kid" is tried with every key of its algorithm. Only for small sets of one owner.</summary>
    public bool KeyIdOptional { get; init; }

    /// <summary>Bound on a token's length in characters.</summary>
    public int MaxLength { get; init; } = CompactJws.DefaultMaxLength;

    /// <summary>A token of exactly this "typ", with a "kid".</summary>
    public static JwsExpectation OfType(string type) => new() { Types = [type] };

    internal bool Accepts(string? type)
    {
        if (type is null)
            return TypeOptional;
        foreach (var accepted in Types)
        {
            if (CompactJws.SameType(accepted, type))
                return true;
        }
        return false;
    }
}

/// <summary>A key to verify with, bound to its one algorithm (RFC 8725 §3.1). Reusable and thread-safe.</summary>
public sealed class VerificationKey
{
    private readonly KeyPool _pool;

    /// <summary>Binds a key to an algorithm. Its "kid" is the key's own, else its thumbprint.</summary>
    /// <exception cref="ArgumentException">The key does not fit the algorithm, or says that it is for another one or use.</exception>
    public VerificationKey(Jwk key, JwsAlgorithm algorithm)
    {
        if (!algorithm.Fits(key.KeyType)
            || (key.Algorithm is { } named && JwsAlgorithms.Parse(named) != algorithm)
            || key.Use is not (null or "sig"))
            throw new ArgumentException($"The key is not one for {algorithm}.", nameof(key));
        Key = key.ToPublic();
        KeyId = key.KeyId ?? key.Thumbprint();
        Algorithm = algorithm;
        _pool = new KeyPool(Key, algorithm);
    }

    /// <summary>The public key.</summary>
    public Jwk Key { get; }

    /// <summary>The "kid" under which tokens name it.</summary>
    public string KeyId { get; }

    /// <summary>The one algorithm that it verifies.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>
    /// The keys of a set that say by their own "alg" which of <paramref name="allowed"/> they serve; an EC key
    /// without "alg" serves ES256. Others are left out.
    /// </summary>
    public static IReadOnlyList<VerificationKey> FromSet(JwkSet set, params IReadOnlyList<JwsAlgorithm> allowed) =>
    [
        .. from key in set.Keys
           where key.Use is null or "sig"
           let algorithm = key.Algorithm is null && key.KeyType == Jwk.EllipticCurve
               ? JwsAlgorithm.ES256 : JwsAlgorithms.Parse(key.Algorithm)
           where algorithm is not null && allowed.Contains(algorithm.Value) && algorithm.Value.Fits(key.KeyType)
           select new VerificationKey(key, algorithm.Value),
    ];

    internal bool Verify(CompactJws jws) => _pool.Verify(jws);
}

/// <summary>The outcome of a verification.</summary>
/// <param name="Failure">Why it was refused, or <see cref="JwsFailure.None"/>.</param>
/// <param name="Jws">The token if it was at least well-formed; trusted only if <see cref="IsValid"/>.</param>
/// <param name="Key">The key whose signature holds, if it is valid.</param>
public readonly record struct JwsVerification(JwsFailure Failure, CompactJws? Jws, VerificationKey? Key = null)
{
    /// <summary>Whether signature, algorithm, key and "typ" hold.</summary>
    public bool IsValid => Failure == JwsFailure.None && Jws is not null;
}

/// <summary>
/// Verifies compact JWS against an immutable set of keys that the caller gives. The key is found by "kid" in that
/// set alone, and "alg" must be the one bound to it. Thread-safe; swap it whole when the keys change.
/// </summary>
public sealed class JwsVerifier
{
    private readonly FrozenDictionary<string, VerificationKey> _keys;
    private readonly KnownHeaders _headers = new();

    /// <summary>Takes the keys; of two with the same "kid" the first counts.</summary>
    public JwsVerifier(IEnumerable<VerificationKey> keys) =>
        _keys = keys.DistinctBy(key => key.KeyId, StringComparer.Ordinal)
            .ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);

    /// <summary>Whether a key of this "kid" is in the set.</summary>
    public bool Knows(string keyId) => _keys.ContainsKey(keyId);

    /// <summary>Whether it is this very key that is in the set, and not another of the same "kid".</summary>
    public bool Holds(VerificationKey key) => _keys.TryGetValue(key.KeyId, out var held) && ReferenceEquals(held, key);

    /// <summary>Verifies a token. Bad tokens never throw.</summary>
    public JwsVerification Verify(ReadOnlySpan<char> token, JwsExpectation expectation) => Verify(token, null, expectation);

    /// <summary>Verifies a token without hashing it again. Bad tokens never throw.</summary>
    public JwsVerification Verify(in HashedToken token, JwsExpectation expectation) => Verify(token.Text, token.Digest, expectation);

    /// <summary>Verifies a token that was parsed already, under the bound of whoever did.</summary>
    public JwsVerification Verify(CompactJws jws, JwsExpectation expectation)
    {
        if (JwsAlgorithms.Parse(jws.Header.Algorithm) is not { } algorithm)
            return new JwsVerification(JwsFailure.AlgorithmNotAllowed, jws);
        if (!expectation.Accepts(jws.Header.Type))
            return new JwsVerification(JwsFailure.WrongType, jws);
        if (jws.Header.KeyId is { } keyId)
            return VerifyWithNamedKey(jws, keyId, algorithm);
        return expectation.KeyIdOptional
            ? VerifyWithAnyKey(jws, algorithm)
            : new JwsVerification(JwsFailure.UnknownKey, jws);
    }

    private JwsVerification Verify(ReadOnlySpan<char> token, JwsDigest? digest, JwsExpectation expectation)
    {
        if (!CompactJws.TryParse(token, digest, _headers, out var jws, out var failure, expectation.MaxLength))
            return new JwsVerification(failure, null);
        var verification = Verify(jws, expectation);
        if (verification.IsValid)
            _headers.Add(token[..token.IndexOf('.')], jws);
        return verification;
    }

    private JwsVerification VerifyWithNamedKey(CompactJws jws, string keyId, JwsAlgorithm algorithm)
    {
        if (!_keys.TryGetValue(keyId, out var key))
            return new JwsVerification(JwsFailure.UnknownKey, jws);
        if (key.Algorithm != algorithm)
            return new JwsVerification(JwsFailure.AlgorithmNotAllowed, jws);
        return key.Verify(jws)
            ? new JwsVerification(JwsFailure.None, jws, key)
            : new JwsVerification(JwsFailure.BadSignature, jws);
    }

    private JwsVerification VerifyWithAnyKey(CompactJws jws, JwsAlgorithm algorithm)
    {
        var failure = JwsFailure.AlgorithmNotAllowed;
        foreach (var key in _keys.Values)
        {
            if (key.Algorithm != algorithm)
                continue;
            if (key.Verify(jws))
                return new JwsVerification(JwsFailure.None, jws, key);
            failure = JwsFailure.BadSignature;
        }
        return new JwsVerification(failure, jws);
    }
}
