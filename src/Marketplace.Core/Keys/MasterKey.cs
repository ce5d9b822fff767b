using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Core.Keys;

/// <summary>The one secret that the database does not hold. Every other key is derived from it for one purpose.</summary>
public sealed class MasterKey
{
    public const int Length = 32;

    private readonly byte[] _key;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
            throw new ArgumentException($"A master key has {Length} bytes.", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>A key for one purpose (HKDF-SHA-256, RFC 5869): knowing it tells nothing about the others.</summary>
    public byte[] Derive(string purpose, int length = 32) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, length, info: Encoding.UTF8.GetBytes("marketplace:" + purpose));
}
