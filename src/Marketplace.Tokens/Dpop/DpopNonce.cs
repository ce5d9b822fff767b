using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Core.Keys;
using Marketplace.Jose;

namespace Marketplace.Tokens.Dpop;

/// <summary>
/// Nonces of RFC 9449 §8, computed instead of stored: a window's number and its MAC under a key that every replica
/// derives from the master key. One lives for two to four minutes.
/// </summary>
internal sealed class DpopNonce(MasterKey masterKey, TimeProvider clock)
{
    private const int WindowSeconds = 120;
    private const int MacLength = 16;

    private readonly byte[] _key = masterKey.Derive("dpop-nonce");
    private Issued? _current;

    /// <summary>The nonce to use from now on.</summary>
    public string Current
    {
        get
        {
            var window = Window;
            if (_current is not { } current || current.Window != window)
                _current = current = new Issued(window, Of(window));
            return current.Value;
        }
    }

    /// <summary>Of this window or the last; or of the next, from a replica whose clock is a little ahead.</summary>
    public bool Accepts(string nonce)
    {
        if (!Base64Url.TryDecode(nonce, out var bytes) || bytes.Length != sizeof(long) + MacLength)
            return false;
        var window = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return window - Window is >= -1 and <= 1 && CryptographicOperations.FixedTimeEquals(Mac(window), bytes.AsSpan(sizeof(long)));
    }

    private long Window => clock.GetUtcNow().ToUnixTimeSeconds() / WindowSeconds;

    private string Of(long window)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + MacLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, window);
        Mac(window).CopyTo(bytes[sizeof(long)..]);
        return Base64Url.Encode(bytes);
    }

    private byte[] Mac(long window)
    {
        Span<byte> input = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(input, window);
        return HMACSHA256.HashData(_key, input)[..MacLength];
    }

    private sealed record Issued(long Window, string Value);
}
