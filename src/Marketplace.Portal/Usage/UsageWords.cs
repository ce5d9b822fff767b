using System.Globalization;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Usage.Calls;

namespace Marketplace.Portal.Usage;

internal static class UsageWords
{
    public static string Of(CallRange range) => range.Name switch
    {
        "hour" => "Last hour",
        "day" => "Last day",
        "week" => "Last week",
        _ => "Last 30 days",
    };

    public static string Part(CallRange range) => range.Name switch
    {
        "hour" => "minute",
        "day" or "week" => "hour",
        _ => "day",
    };

    public static string InAPart(CallRange range) => (range.Name is "day" or "week" ? "in an " : "in a ") + Part(range);

    public static string Time(CallRange range, DateTimeOffset at) => at.UtcDateTime.ToString(
        range.Name switch { "hour" or "day" => "HH:mm", "week" => "d MMM, HH:mm", _ => "d MMM" }, CultureInfo.InvariantCulture);

    /// <summary>The last part in which there was a call: more is not kept, so an hour is written with its end.</summary>
    public static string When(CallRange range, DateTimeOffset at) => range.Name switch
    {
        "month" => at.UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture),
        "hour" => at.UtcDateTime.ToString("d MMM, HH:mm", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:d MMM, HH:mm}–{at.UtcDateTime.AddHours(1):HH:mm}"),
    };

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Share(long part, long whole) => whole == 0 ? "" : ((double)part / whole) switch
    {
        0 => "0 %",
        < 0.001 => "under 0.1 %",
        var share => (share * 100).ToString(share < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %",
    };

    public static string Milliseconds(double? value) => value switch
    {
        null => "–",
        < 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 1000 => value.Value.ToString("0", CultureInfo.InvariantCulture) + " ms",
        _ => (value.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>A reason code in the words of somebody who looks at many calls at once.</summary>
    public static string Reason(string code) => code switch
    {
        ReasonCode.TokenMissing => "Came without a token",
        ReasonCode.TokenExpired => "The token had expired",
        ReasonCode.TokenAudience => "The token was for another API or environment",
        ReasonCode.OperationNotGranted => "The endpoint is not granted",
        ReasonCode.OperationUnknown => "No endpoint has this method and path",
        ReasonCode.GrantEnded => "The grant had ended or was revoked",
        ReasonCode.GrantSuspended => "The grant was suspended",
        ReasonCode.RateExceeded => "Faster than the plan allows",
        ReasonCode.QuotaExceeded => "The plan's quota was used up",
        ReasonCode.PolicyUnavailable => "The data plane had no policy yet",
        ReasonCode.PathNotCanonical => "The path could be read in two ways",
        ReasonCode.MethodOverride => "A header overrode the method",
        _ when code.StartsWith("token_proof", StringComparison.Ordinal) => "The proof of the token's key was missing or wrong",
        ReasonCode.TokenCertificate => "The token belongs to another certificate",
        _ => "The token was no good",
    };
}
