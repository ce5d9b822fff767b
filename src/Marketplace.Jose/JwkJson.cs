using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>JSON of a <see cref="Jwk"/> (RFC 7517 §4, RFC 7518 §6).</summary>
public static class JwkJson
{
    /// <summary>Longest JSON of one key that is read, in bytes.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly string[] RsaPrivateMembers = ["d", "p", "q", "dp", "dq", "qi"];

    /// <summary>Reads one key, public or private. On false, <paramref name="error"/> says in one sentence why.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out Jwk? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        if (json.Length > MaxLength)
        {
            error = "The key is too long.";
            return false;
        }
        // A lone surrogate becomes U+FFFD, which no member of a usable key may contain.
        if (!StrictJson.TryParseObject(Encoding.UTF8.GetBytes(json), out var document))
        {
            error = "The key is not a JSON object with unique member names.";
            return false;
        }
        using (document)
            return TryRead(document.RootElement, out key, out error);
    }

    /// <summary>The public part as JSON.</summary>
    public static string ToJson(this Jwk key) => Write(key, includePrivate: false);

    /// <summary>The whole key as JSON, private part included: keep it encrypted.</summary>
    public static string ToPrivateJson(this Jwk key) => Write(key, includePrivate: true);

    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out Jwk? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        if (!StrictJson.TryGetOptionalString(json, "kty", out var type) || type is null)
            error = "The key has no \"kty\".";
        else if (!StrictJson.TryGetOptionalString(json, "kid", out var id)
            | !StrictJson.TryGetOptionalString(json, "alg", out var algorithm)
            | !StrictJson.TryGetOptionalString(json, "use", out var use))
            error = "\"kid\", \"alg\" and \"use\" must be text.";
        else
        {
            error = "The key's numbers do not form a valid key.";
            try
            {
                key = type switch
                {
                    Jwk.EllipticCurve => ReadEc(json, ref error) is { } ec
                        ? new Jwk(ec) { KeyId = id, Algorithm = algorithm, Use = use } : null,
                    Jwk.Rsa => ReadRsa(json, ref error) is { } rsa
                        ? new Jwk(rsa) { KeyId = id, Algorithm = algorithm, Use = use } : null,
                    _ => Unknown(ref error),
                };
            }
            catch (CryptographicException)
            {
                // Not a point of the curve, or private and public parts that do not belong together.
            }
        }
        return key is not null;
    }

    private static Jwk? Unknown(ref string error)
    {
        error = "\"kty\" must be EC or RSA.";
        return null;
    }

    private static ECParameters? ReadEc(JsonElement json, ref string error)
    {
        if (!json.TryGetProperty("crv", out var curve) || curve.ValueKind != JsonValueKind.String || !curve.ValueEquals("P-256"))
        {
            error = "\"crv\" must be P-256.";
            return null;
        }
        var d = json.TryGetProperty("d", out _) ? Octets(json, "d") : [];
        // RFC 7518 §6.2.1.2: full-size coordinates, 32 bytes for P-256.
        if (Octets(json, "x") is not { Length: 32 } x || Octets(json, "y") is not { Length: 32 } y || d is not { Length: 0 or 32 })
        {
            error = "\"x\", \"y\" and \"d\" must be 32 bytes in base64url.";
            return null;
        }
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = x, Y = y },
            D = d.Length == 0 ? null : d,
        };
    }

    private static RSAParameters? ReadRsa(JsonElement json, ref string error)
    {
        // RFC 7518 §6.3.1: minimum number of octets. FIPS 186-5 §5.1: odd e ≥ 65537, n of 2048 bits or more.
        if (Octets(json, "n") is not { Length: >= 256 and <= 1024 } n || n[0] == 0 || (n.Length == 256 && n[0] < 0x80)
            || Octets(json, "e") is not { Length: 3 or 4 } e || e[0] == 0 || (e[^1] & 1) == 0)
        {
            error = "\"n\" must have 2048 to 8192 bits and \"e\" be odd, at least 65537 and below 2^32, both in base64url.";
            return null;
        }
        var parameters = new RSAParameters { Modulus = n, Exponent = e };
        var present = RsaPrivateMembers.Count(name => json.TryGetProperty(name, out _));
        if (present == 0)
            return parameters;
        var half = (n.Length + 1) / 2;
        error = "A private RSA key needs d, p, q, dp, dq and qi, and no others.";
        if (present != RsaPrivateMembers.Length || json.TryGetProperty("oth", out _)
            || Padded(json, "d", n.Length) is not { } d
            || Padded(json, "p", half) is not { } p || Padded(json, "q", half) is not { } q
            || Padded(json, "dp", half) is not { } dp || Padded(json, "dq", half) is not { } dq
            || Padded(json, "qi", half) is not { } qi)
            return null;
        return parameters with { D = d, P = p, Q = q, DP = dp, DQ = dq, InverseQ = qi };
    }

    private static byte[]? Octets(JsonElement json, string name) =>
        StrictJson.TryGetOptionalString(json, name, out var text) && text is not null
        && Base64Url.TryDecode(text, out var bytes) ? bytes : null;

    // The framework wants each private number at full length; JSON has it without leading zeros.
    private static byte[]? Padded(JsonElement json, string name, int length)
    {
        if (Octets(json, name) is not { } bytes || bytes.Length > length)
            return null;
        var padded = new byte[length];
        bytes.CopyTo(padded, length - bytes.Length);
        return padded;
    }

    private static string Write(Jwk key, bool includePrivate)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer, key, includePrivate);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    internal static void Write(Utf8JsonWriter writer, Jwk key, bool includePrivate)
    {
        writer.WriteStartObject();
        writer.WriteString("kty", key.KeyType);
        if (key.KeyId is not null)
            writer.WriteString("kid", key.KeyId);
        if (key.Use is not null)
            writer.WriteString("use", key.Use);
        if (key.Algorithm is not null)
            writer.WriteString("alg", key.Algorithm);
        (string Name, byte[]? Value)[] members = key.KeyType == Jwk.EllipticCurve
            ? [("x", key.Ec.Q.X), ("y", key.Ec.Q.Y), ("d", includePrivate ? key.Ec.D : null)]
            : [("n", key.RsaKey.Modulus), ("e", key.RsaKey.Exponent), .. includePrivate ? RsaPrivate(key.RsaKey) : []];
        if (key.KeyType == Jwk.EllipticCurve)
            writer.WriteString("crv", "P-256");
        foreach (var (name, value) in members)
        {
            if (value is not null)
                writer.WriteString(name, Base64Url.Encode(value));
        }
        writer.WriteEndObject();
    }

    private static (string Name, byte[]? Value)[] RsaPrivate(RSAParameters key) =>
    [
        ("d", Minimal(key.D)), ("p", Minimal(key.P)), ("q", Minimal(key.Q)),
        ("dp", Minimal(key.DP)), ("dq", Minimal(key.DQ)), ("qi", Minimal(key.InverseQ)),
    ];

    private static byte[]? Minimal(byte[]? number) => number?.AsSpan().TrimStart((byte)0).ToArray();
}
