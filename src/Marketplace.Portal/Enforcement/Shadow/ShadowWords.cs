using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Portal.Enforcement.Shadow;

internal static class ShadowWords
{
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Share(double share) => share.ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Calls(long count) => $"{Number(count)} {(count == 1 ? "call" : "calls")}";

    /// <summary>Why, in the words of who must do something about it.</summary>
    public static string Why(string reason) => reason switch
    {
        ReasonCode.TokenMissing => "No token",
        ReasonCode.TokenExpired => "Token expired",
        ReasonCode.TokenAudience => "Token for another API",
        ReasonCode.TokenEnvironment => "Token for another environment",
        ReasonCode.TokenProofMissing or ReasonCode.TokenProofInvalid or ReasonCode.TokenProofUsed => "Token without its proof",
        ReasonCode.TokenCertificate => "Token of another connection",
        ReasonCode.OperationNotGranted => "Never granted",
        ReasonCode.GrantEnded => "Grant ended",
        ReasonCode.GrantSuspended => "Grant suspended",
        ReasonCode.RateExceeded => "Faster than its plan",
        ReasonCode.QuotaExceeded => "Quota used up",
        ReasonCode.OperationUnknown => "In no document",
        ReasonCode.PathNotCanonical => "Can be read in two ways",
        ReasonCode.MethodOverride => "Method overridden",
        _ when ReasonCode.StatusOf(reason) == 401 => "Token not accepted",
        _ => reason,
    };
}
