using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>
/// Signs payloads as compact JWS (RFC 7515 §7.1) under one key and one "typ"; the header is encoded once.
/// Thread-safe; keep it as long as the key is used.
/// </summary>
public sealed class JwsSigner
{
    private readonly KeyPool _pool;
    private readonly byte[] _headerAndDot;
    private readonly int _signatureChars;

    /// <summary>
    /// Prepares a signer. Header: <c>alg</c>, <c>typ</c> and <c>kid</c> (the key's own, else its thumbprint).
    /// </summary>
    /// <param name="key">A private key that fits the algorithm.</param>
    /// <param name="algorithm">ES256 or PS256; RS256 is only verified.</param>
    /// <param name="type">The "typ", such as <c>at+jwt</c> (RFC 7515 §4.1.9).</param>
    /// <exception cref="ArgumentException">The key is public, or does not fit the algorithm.</exception>
    public JwsSigner(Jwk key, JwsAlgorithm algorithm, string type) : this(key, algorithm, type, bringsKey: false)
    {
    }

    private JwsSigner(Jwk key, JwsAlgorithm algorithm, string type, bool bringsKey)
    {
        if (!key.HasPrivateKey || algorithm == JwsAlgorithm.RS256 || !algorithm.Fits(key.KeyType))
            throw new ArgumentException($"{algorithm} needs a private key of its own kind to sign.", nameof(key));
        KeyId = key.KeyId ?? key.Thumbprint();
        Algorithm = algorithm;
        _pool = new KeyPool(key, algorithm);
        _signatureChars = Base64Url.EncodedLength(_pool.SignatureLength);

        using var header = new MemoryStream();
        using (var writer = new Utf8JsonWriter(header))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", algorithm.Name());
            writer.WriteString("typ"u8, JsonEncodedText.Encode(type, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
            if (bringsKey)
            {
                writer.WritePropertyName("jwk");
                JwkJson.Write(writer, key.Bare(), includePrivate: false);
            }
            else
            {
                writer.WriteString("kid", KeyId);
            }

            writer.WriteEndObject();
        }
        _headerAndDot = Encoding.ASCII.GetBytes(Base64Url.Encode(header.ToArray()) + ".");
    }

    /// <summary>A signer of DPoP proofs, whose header brings the public key in place of its name (RFC 9449 §4.2).</summary>
    public static JwsSigner OfProofs(Jwk key, JwsAlgorithm algorithm) => new(key, algorithm, DpopProof.Type, bringsKey: true);

    /// <summary>The "kid" that the tokens carry.</summary>
    public string KeyId { get; }

    /// <summary>The "alg" that the tokens carry.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>Bytes (ASCII characters) of the token for a payload of <paramref name="payloadLength"/> bytes.</summary>
    public int TokenLength(int payloadLength) =>
        _headerAndDot.Length + Base64Url.EncodedLength(payloadLength) + 1 + _signatureChars;

    /// <summary>Writes the token as ASCII into <paramref name="destination"/>, which must hold <see cref="TokenLength"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    public int Sign(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        _headerAndDot.CopyTo(destination);
        var signed = _headerAndDot.Length;
        signed += Base64Url.Encode(payload, destination[signed..]);
        Span<byte> signature = stackalloc byte[_pool.SignatureLength];
        _pool.Sign(destination[..signed], signature);
        destination[signed] = (byte)'.';
        return signed + 1 + Base64Url.Encode(signature, destination[(signed + 1)..]);
    }

    /// <summary>The token as a string.</summary>
    public string Sign(ReadOnlySpan<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(TokenLength(payload.Length));
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, Sign(payload, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc cref="Sign(ReadOnlySpan{byte})"/>
    public string Sign(string payload) => Sign(Encoding.UTF8.GetBytes(payload));
}
