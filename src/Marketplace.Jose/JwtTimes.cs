using System.Text.Json;

namespace Marketplace.Jose;

/// <summary>Why a token's times were refused.</summary>
public enum JwtTimeFailure
{
    /// <summary>They hold.</summary>
    None = 0,

    /// <summary>"exp" is missing, or a time is not a number of seconds between 1970 and 9999.</summary>
    Malformed,

    /// <summary>"exp" has passed (RFC 7519 §4.1.4).</summary>
    Expired,

    /// <summary>"nbf" or "iat" lies ahead (RFC 7519 §4.1.5).</summary>
    NotYetValid,
}

/// <summary>The times of a JWT in seconds since 1970, fractions allowed (NumericDate, RFC 7519 §2).</summary>
/// <param name="Expires">"exp".</param>
/// <param name="NotBefore">"nbf", if any.</param>
/// <param name="IssuedAt">"iat", if any.</param>
public readonly record struct JwtTimes(double Expires, double? NotBefore, double? IssuedAt)
{
    /// <summary>The largest clock skew that may be allowed for.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(10);

    private const double LastSecondOf9999 = 253402300799;

    /// <summary>Reads the times of a claims object. False if "exp" is missing or one of them is not a NumericDate.</summary>
    public static bool TryRead(JsonElement claims, out JwtTimes times)
    {
        times = default;
        if (!TryRead(claims, "exp"u8, out var expires) || expires is null
            || !TryRead(claims, "nbf"u8, out var notBefore)
            || !TryRead(claims, "iat"u8, out var issuedAt))
            return false;
        times = new JwtTimes(expires.Value, notBefore, issuedAt);
        return true;
    }

    /// <summary>Reads and checks in one step.</summary>
    public static JwtTimeFailure Check(JsonElement claims, DateTimeOffset now, TimeSpan skew) =>
        TryRead(claims, out var times) ? times.Check(now, skew) : JwtTimeFailure.Malformed;

    /// <summary>Checks against a clock that may differ from the issuer's by <paramref name="skew"/>, either way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The skew is negative or above <see cref="MaxSkew"/>.</exception>
    public JwtTimeFailure Check(DateTimeOffset now, TimeSpan skew)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(skew, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skew, MaxSkew);
        var seconds = now.ToUnixTimeMilliseconds() / 1000d;
        // "On or after" exp the token is refused: RFC 7519 §4.1.4.
        if (seconds - skew.TotalSeconds >= Expires)
            return JwtTimeFailure.Expired;
        return seconds + skew.TotalSeconds < Math.Max(NotBefore ?? 0, IssuedAt ?? 0)
            ? JwtTimeFailure.NotYetValid
            : JwtTimeFailure.None;
    }

    private static bool TryRead(JsonElement claims, ReadOnlySpan<byte> name, out double? seconds)
    {
        seconds = null;
        if (!claims.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number)
            || !(number is >= 0 and <= LastSecondOf9999))
            return false;
        seconds = number;
        return true;
    }
}
