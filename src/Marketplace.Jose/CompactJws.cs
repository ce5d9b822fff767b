using System.Diagnostics.CodeAnalysis;
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

    private CompactJws(JwsHeader header, byte[] headerJson, JwsDigest digest, byte[] payload, byte[] signature)
    {
        Header = header;
        HeaderJson = headerJson;
        Digest = digest;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The header.</summary>
    public JwsHeader Header { get; }

    /// <summary>The decoded payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The decoded signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    internal byte[] HeaderJson { get; }

    internal JwsDigest Digest { get; }

    /// <summary>Parses without verifying. On false <paramref name="failure"/> says why; there are no exceptions.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out CompactJws? jws,
        out JwsFailure failure,
        int maxLength = DefaultMaxLength) => TryParse(text, null, null, out jws, out failure, maxLength);

    /// <param name="text">The token.</param>
    /// <param name="digest">Its own, where that was made already.</param>
    /// <param name="known">Headers that need not be read again.</param>
    /// <param name="jws">The parsed token.</param>
    /// <param name="failure">Why it is none.</param>
    /// <param name="maxLength">Bound on the length.</param>
    internal static bool TryParse(
        ReadOnlySpan<char> text, JwsDigest? digest, KnownHeaders? known, [NotNullWhen(true)] out CompactJws? jws, out JwsFailure failure, int maxLength)
    {
        jws = null;
        failure = JwsFailure.TooLong;
        if (text.Length > maxLength)
            return false;

        failure = JwsFailure.Malformed;
        var first = text.IndexOf('.');
        var last = text.LastIndexOf('.');
        if (first <= 0 || last == first || text[(first + 1)..last].Contains('.')
            || !Base64Url.TryDecode(text[(first + 1)..last], out var payload)
            || !Base64Url.TryDecode(text[(last + 1)..], out var signature)
            || !TryReadHeader(text[..first], known, out var header, out var json, ref failure))
            return false;
        var own = digest ?? default;
        if (digest is null && !JwsDigest.TryOf(text[..last], out own))
            return false;
        jws = new CompactJws(header, json, own, payload, signature);
        failure = JwsFailure.None;
        return true;
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

    private static bool TryReadHeader(
        ReadOnlySpan<char> text, KnownHeaders? known, [NotNullWhen(true)] out JwsHeader? header, [NotNullWhen(true)] out byte[]? json, ref JwsFailure failure)
    {
        if (known?.TryFind(text, out header, out json) == true)
            return true;
        header = null;
        if (!Base64Url.TryDecode(text, out json) || !StrictJson.TryParseObject(json, out var document))
            return false;
        using (document)
            return TryReadHeader(document.RootElement, out header, ref failure);
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
