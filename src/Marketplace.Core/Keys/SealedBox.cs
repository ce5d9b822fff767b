using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Core.Keys;

/// <summary>
/// Seals bytes for the database: AES-256-GCM under a key derived for one purpose. What is sealed is bound to the name
/// of its row, so that it does not open in the place of another. Layout: nonce (12), ciphertext, tag (16).
/// </summary>
public sealed class SealedBox : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // The cipher holds one context of OpenSSL: two who seal or open at once would mix theirs.
    private readonly Lock _one = new();
    private readonly AesGcm _cipher;

    public SealedBox(MasterKey masterKey, string purpose) => _cipher = new AesGcm(masterKey.Derive(purpose), TagLength);

    public byte[] Seal(ReadOnlySpan<byte> plain, string name)
    {
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        lock (_one)
        {
            _cipher.Encrypt(
                box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length),
                Encoding.UTF8.GetBytes(name));
        }
        return box;
    }

    /// <exception cref="MasterKeyException">It was sealed under another master key or name, or was altered.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string name)
    {
        var length = box.Length - NonceLength - TagLength;
        try
        {
            var plain = new byte[Math.Max(length, 0)];
            lock (_one)
                _cipher.Decrypt(box[..NonceLength], box.Slice(NonceLength, length), box[(NonceLength + length)..], plain, Encoding.UTF8.GetBytes(name));
            return plain;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new MasterKeyException($"'{name}' does not open under the master key at hand, or was altered in the database.", e);
        }
    }

    public void Dispose() => _cipher.Dispose();
}
