using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>Why a token was refused.</summary>
public enum JwsFailure
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>Longer than the bound.</summary>
    TooLong,

    /// <summary>Not three strict base64url parts with a JSON object of unique members in front (RFC 7515 §5.2).</summary>
    Malformed,

    /// <summary>The header lists extensions under "crit"; none is understood here (RFC 7515 §4.1.11).</summary>
    CriticalExtension,

    /// <summary>"alg" is unknown, or is not the one bound to the key (RFC 8725 §3.1).</summary>
    AlgorithmNotAllowed,

    /// <summary>No key given by the caller has this "kid".</summary>
    UnknownKey,

    /// <summary>"typ" is not what the caller asks for (RFC 8725 §3.11).</summary>
    WrongType,

    /// <summary>The signature does not match.</summary>
    BadSignature,
}

/// <summary>The header members that matter. "jku", "x5u", "jwk" and the like are never read (RFC 8725 §3.10).</summary>
/// <param name="Algorithm">"alg" as written.</param>
/// <param name="KeyId">"kid", if any.</param>
/// <param name="Type">"typ", if any.</param>
public sealed record JwsHeader(string Algorithm, string? KeyId, string? Type);

/// <summary>A compact JWS that is well-formed. Nothing in it is to be trusted before it is verified.</summary>
public sealed class CompactJws
{
    /// <summary>Default bound on a token's length in characters.</summary>
    public const int DefaultMaxLength = 16 * 1024;

    private CompactJws(JwsHeader header, byte[] headerJson, byte[] signingInput, byte[] payload, byte[] signature)
    {
        Header = header;
        HeaderJson = headerJson;
        SigningInput = signingInput;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The header.</summary>
    public JwsHeader Header { get; }

    /// <summary>The decoded payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    internal byte[] HeaderJson { get; }

    internal byte[] SigningInput { get; }

    internal byte[] Signature { get; }

    /// <summary>Parses without verifying. On false <paramref name="failure"/> says why; there are no exceptions.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out CompactJws? jws,
        out JwsFailure failure,
        int maxLength = DefaultMaxLength)
    {
        jws = null;
        failure = JwsFailure.TooLong;
        if (text.Length > maxLength)
            return false;

        failure = JwsFailure.Malformed;
        var first = text.IndexOf('.');
        var last = text.LastIndexOf('.');
        if (first <= 0 || last == first || text[(first + 1)..last].Contains('.')
            || !Base64Url.TryDecode(text[..first], out var header)
            || !Base64Url.TryDecode(text[(first + 1)..last], out var payload)
            || !Base64Url.TryDecode(text[(last + 1)..], out var signature)
            || !StrictJson.TryParseObject(header, out var json))
            return false;
        using (json)
        {
            if (!TryReadHeader(json.RootElement, out var read, ref failure))
                return false;
            var signingInput = new byte[last];
            Encoding.ASCII.GetBytes(text[..last], signingInput);
            jws = new CompactJws(read, header, signingInput, payload, signature);
            failure = JwsFailure.None;
            return true;
        }
    }

    /// <summary>
    /// Compares two "typ" values as media types: without regard to case, and with <c>application/</c> put in front
    /// of a value that has no slash (RFC 7515 §4.1.9).
    /// </summary>
    public static bool SameType(string left, string right) =>
        MediaSubtype(left).Equals(MediaSubtype(right), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> MediaSubtype(string type)
    {
        const string prefix = "application/";
        return type.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !type.AsSpan(prefix.Length).Contains('/')
            ? type.AsSpan(prefix.Length)
            : type;
    }

    private static bool TryReadHeader(JsonElement json, [NotNullWhen(true)] out JwsHeader? header, ref JwsFailure failure)
    {
        header = null;
        if (!StrictJson.TryGetOptionalString(json, "alg", out var algorithm) || algorithm is null
            || !StrictJson.TryGetOptionalString(json, "kid", out var keyId)
            || !StrictJson.TryGetOptionalString(json, "typ", out var type))
            return false;
        if (json.TryGetProperty("crit", out _))
        {
            failure = JwsFailure.CriticalExtension;
            return false;
        }
        header = new JwsHeader(algorithm, keyId, type);
        return true;
    }
}
