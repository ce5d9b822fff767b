using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Marketplace.Jose;

/// <summary>
/// One key usable from many threads: the framework's instances are not documented as thread-safe and cost
/// microseconds to make, so each thread keeps the one it last used. What is in it is freed with the pool.
/// </summary>
internal sealed class KeyPool(Jwk key, JwsAlgorithm algorithm)
{
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = [];

    /// <summary>Bytes of a signature: r and s of 32 each (RFC 7518 §3.4), or as many as the RSA modulus.</summary>
    public int SignatureLength { get; } = algorithm == JwsAlgorithm.ES256 ? 64 : key.RsaKey.Modulus!.Length;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        var instance = Rent();
        var written = 0;
        var done = instance is ECDsa ec
            ? ec.TrySignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out written)
            : ((RSA)instance).TrySignHash(hash, signature, HashAlgorithmName.SHA256, Padding, out written);
        _idle.Add(instance);
        if (!done || written != SignatureLength)
            throw new CryptographicException("The signature has an unexpected length.");
    }

    public bool Verify(CompactJws jws)
    {
        var signature = jws.Signature.Span;
        if (signature.Length != SignatureLength)
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        jws.Digest.CopyTo(hash);
        var instance = Rent();
        var valid = instance is ECDsa ec
            ? ec.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            : ((RSA)instance).VerifyHash(hash, signature, HashAlgorithmName.SHA256, Padding);
        _idle.Add(instance);
        return valid;
    }

    /// <summary>For a pool that serves one call; others live as long as the process.</summary>
    public void Empty()
    {
        while (_idle.TryTake(out var instance))
            instance.Dispose();
    }

    private RSASignaturePadding Padding =>
        algorithm == JwsAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    private AsymmetricAlgorithm Rent()
    {
        if (_idle.TryTake(out var instance))
            return instance;
        return algorithm == JwsAlgorithm.ES256 ? ECDsa.Create(key.Ec) : RSA.Create(key.RsaKey);
    }
}
