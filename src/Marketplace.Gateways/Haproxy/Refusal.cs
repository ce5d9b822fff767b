using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>One line of configuration that answers with a reason: RFC 9457 problem, RFC 6750 challenge.</summary>
internal static class Refusal
{
    /// <summary>The sentences below are all that is written: nothing in them needs an escape.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(string reason, RefusingLine line, string condition)
    {
        var status = ReasonCode.StatusOf(reason);
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = status switch { 401 => "Unauthorized", 429 => "Too Many Requests", _ => "Forbidden" },
            ["status"] = status,
            ["detail"] = Detail(reason),
            ["code"] = reason,
        };
        if (reason is ReasonCode.OperationNotGranted or ReasonCode.GrantEnded)
            problem["request_access"] = line.RequestAccess;
        problem["why"] = line.Why(reason);
        var more = status == 429
            ? "hdr Retry-After %[var(txn.retry)] hdr RateLimit %[var(txn.limit)] hdr RateLimit-Policy %[var(txn.policy)]"
            : $"hdr WWW-Authenticate '{Challenge(reason, status, line.Realm)}'";
        // Of whom a good token speaks is filled in; with any other there is nothing to fill in, and nothing is.
        var form = status == 401 ? "string" : "lf-string";
        return $"  http-request return status {status} content-type application/problem+json {form} '{problem.ToJsonString(Plain)}'"
            + $" hdr Marketplace-Reason {reason} hdr Cache-Control no-store {more} {condition}";
    }

    // RFC 6750 §3.1: who sent no credentials is told no error.
    private static string Challenge(string reason, int status, string realm) => reason == ReasonCode.TokenMissing
        ? $"Bearer realm=\"{realm}\""
        : $"Bearer realm=\"{realm}\", error=\"{(status == 401 ? "invalid_token" : "insufficient_scope")}\", error_description=\"{Detail(reason)}\"";

    /// <summary>A sentence without quotation marks or per cent signs: it stands in single quotes.</summary>
    private static string Detail(string reason) => reason switch
    {
        ReasonCode.TokenMissing => "No bearer token came with the request.",
        ReasonCode.TokenMalformed => "The bearer token is not a signed JWT with the header and claims that RFC 9068 demands.",
        ReasonCode.TokenAlgorithm => "The token is signed with an algorithm that is not the one of its key.",
        ReasonCode.TokenType => "The token is not an access token of type at+jwt.",
        ReasonCode.TokenKeyUnknown => "The issuer publishes no key with the kid of the token.",
        ReasonCode.TokenSignature => "The signature of the token does not hold.",
        ReasonCode.TokenIssuer => "The token is from another issuer.",
        ReasonCode.TokenAudience => "The token is for another API version or environment.",
        ReasonCode.TokenEnvironment => "The token is for another environment.",
        ReasonCode.TokenExpired => "The token has expired.",
        ReasonCode.TokenNotYetValid => "The token is not valid yet.",
        ReasonCode.TokenProofMissing => "The token is bound to a key; this gateway checks no DPoP proof.",
        ReasonCode.TokenCertificate => "The token is bound to a certificate; this gateway checks none.",
        ReasonCode.PathNotCanonical => "The path could be read in two ways; send it in canonical form.",
        ReasonCode.MethodOverride => "The request carries a header that overrides its method.",
        ReasonCode.OperationUnknown => "No published endpoint has this method and path.",
        ReasonCode.OperationNotGranted => "The token does not carry this endpoint: it was never granted, or the token was narrowed.",
        ReasonCode.GrantEnded => "The grant of this endpoint was revoked or has ended.",
        ReasonCode.GrantSuspended => "The grant of this endpoint is suspended. The address in why says by whom, and how it goes on.",
        ReasonCode.RateExceeded => "The plan of this grant allows no more calls right now. Wait for as long as Retry-After says.",
        ReasonCode.QuotaExceeded => "The calls of this day or month are used up. Wait for as long as Retry-After says, or ask the owner for another plan.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason that haproxy gives."),
    };
}
