using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Core.Keys;

/// <summary>
/// Makes secrets and keeps only their keyed hash. A secret has 256 random bits, so a fast hash is safe: there is
/// nothing to guess, and a slow one would dominate issuing.
/// </summary>
public sealed class SecretHasher(MasterKey masterKey)
{
    /// <summary>Scanners recognise a leaked secret by its first characters.</summary>
    public const string ClientSecretPrefix = "mkt_cs_";
    public const string AccessTokenPrefix = "mkt_pat_";

    private readonly byte[] _key = masterKey.Derive("secret-hash");

    public byte[] Hash(string secret) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret));

    /// <summary>Takes the same time whatever differs.</summary>
    public bool Matches(string secret, ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(Hash(secret), hash);

    public NewSecret Create(string prefix)
    {
        var value = prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new NewSecret(value, Hash(value), value[^4..]);
    }
}

/// <param name="Value">Shown once, stored nowhere.</param>
/// <param name="Hash">What is stored.</param>
/// <param name="Hint">The last four characters.</param>
public sealed record NewSecret(string Value, byte[] Hash, string Hint);
