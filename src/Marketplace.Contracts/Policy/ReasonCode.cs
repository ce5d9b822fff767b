using System.Collections.Frozen;

namespace Marketplace.Contracts.Policy;

/// <summary>
/// Why a call was refused. The same word in the SDK, the gateways, the logs and the portal.
/// The 401 reasons carry RFC 6750's <c>invalid_token</c>; the 403 reasons carry <c>insufficient_scope</c>.
/// </summary>
public static class ReasonCode
{
    /// <summary>401: no bearer token came with the request (RFC 6750 §3.1: no error code is sent).</summary>
    public const string TokenMissing = "token_missing";

    /// <summary>401: not a compact JWS with the header and claims that RFC 9068 demands.</summary>
    public const string TokenMalformed = "token_malformed";

    /// <summary>401: <c>alg</c> is not the one bound to the key (RFC 8725 §3.1), <c>none</c> included.</summary>
    public const string TokenAlgorithm = "token_algorithm";

    /// <summary>401: <c>typ</c> is not <c>at+jwt</c> (RFC 9068 §4).</summary>
    public const string TokenType = "token_type";

    /// <summary>401: the issuer publishes no key with this <c>kid</c>.</summary>
    public const string TokenKeyUnknown = "token_key_unknown";

    /// <summary>401: the signature does not hold.</summary>
    public const string TokenSignature = "token_signature";

    /// <summary>401: <c>iss</c> is not the marketplace that this data plane trusts.</summary>
    public const string TokenIssuer = "token_issuer";

    /// <summary>401: <c>aud</c> is another API version or environment.</summary>
    public const string TokenAudience = "token_audience";

    /// <summary>401: <c>env</c> is another environment.</summary>
    public const string TokenEnvironment = "token_environment";

    /// <summary>401: past <c>exp</c> (skew at most 10 s).</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>401: before <c>nbf</c>, or issued in the future (skew at most 10 s).</summary>
    public const string TokenNotYetValid = "token_not_yet_valid";

    /// <summary>401: the token is bound to a key (RFC 9449) and came without one DPoP proof, or as a bearer token.</summary>
    public const string TokenProofMissing = "token_proof_missing";

    /// <summary>401: the DPoP proof is not one of the token's key for this request and this moment (RFC 9449 §4.3).</summary>
    public const string TokenProofInvalid = "token_proof_invalid";

    /// <summary>401: the DPoP proof came before; each passes once (RFC 9449 §11.1).</summary>
    public const string TokenProofUsed = "token_proof_used";

    /// <summary>401: the token is bound to a certificate (RFC 8705 §3) that is not the one of this connection.</summary>
    public const string TokenCertificate = "token_certificate";

    /// <summary>403: the path could be read in two ways; send it in canonical form.</summary>
    public const string PathNotCanonical = "path_not_canonical";

    /// <summary>403: the request carries a header that overrides its method.</summary>
    public const string MethodOverride = "method_override";

    /// <summary>403: no published endpoint has this method and path.</summary>
    public const string OperationUnknown = "operation_unknown";

    /// <summary>403: the endpoint exists and the token does not carry it: it was never granted, or the token was narrowed.</summary>
    public const string OperationNotGranted = "operation_not_granted";

    /// <summary>403: the token carries the endpoint and the newest policy no longer does: the grant was revoked or has ended.</summary>
    public const string GrantEnded = "grant_ended";

    /// <summary>
    /// 403: the grant is set aside for now, whether or not the token carries the endpoint still. A data plane that the
    /// policy tells nothing of suspensions, or that is too old to read it, says one of the two above.
    /// </summary>
    public const string GrantSuspended = "grant_suspended";

    /// <summary>429: the client calls faster than the plan of its grant allows; Retry-After says when it may again.</summary>
    public const string RateExceeded = "rate_exceeded";

    /// <summary>429: the client has used up the calls that the plan of its grant gives for this day or month.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>503: this data plane has no policy yet, so it lets nothing through.</summary>
    public const string PolicyUnavailable = "policy_unavailable";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal,
        TokenMissing, TokenMalformed, TokenAlgorithm, TokenType, TokenKeyUnknown, TokenSignature, TokenIssuer, TokenAudience, TokenEnvironment,
        TokenExpired, TokenNotYetValid, TokenProofMissing, TokenProofInvalid, TokenProofUsed, TokenCertificate, PathNotCanonical,
        MethodOverride, OperationUnknown, OperationNotGranted, GrantEnded, GrantSuspended, RateExceeded, QuotaExceeded, PolicyUnavailable);

    /// <summary>Whether this is one of the codes above.</summary>
    public static bool IsKnown(string reason) => Known.Contains(reason);

    /// <summary>The HTTP status that goes with a reason: 401, 403, 429 or 503.</summary>
    public static int StatusOf(string reason) => reason switch
    {
        PolicyUnavailable => 503,
        RateExceeded or QuotaExceeded => 429,
        _ when reason.StartsWith("token_", StringComparison.Ordinal) => 401,
        _ => 403,
    };
}
