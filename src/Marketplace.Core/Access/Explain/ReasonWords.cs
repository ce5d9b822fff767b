using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Explain;

/// <summary>What a reason code means, for whoever got it, and what to do.</summary>
public static class ReasonWords
{
    public static string Of(string reason) => reason switch
    {
        ReasonCode.TokenMissing => "No token came with the call: send one as Authorization: Bearer. A token in the query or a cookie is not looked at.",
        ReasonCode.TokenMalformed => "What came is no whole token of the marketplace: one signed token with exp, client_id and jti, in one Authorization header.",
        ReasonCode.TokenAlgorithm => "The token is signed with an algorithm that its key is not for. The marketplace signs with ES256; fetch one from it.",
        ReasonCode.TokenType => "It is signed, but not an access token: its type is not at+jwt. Send the access_token of the token endpoint.",
        ReasonCode.TokenKeyUnknown => "The marketplace publishes no key with which it was signed: it is of another issuer, or older than the key's life.",
        ReasonCode.TokenSignature => "The signature does not hold: the token was altered or cut, or somebody else signed it.",
        ReasonCode.TokenIssuer => "Somebody else issued the token: its issuer is not this marketplace.",
        ReasonCode.TokenAudience => "The token is for another API, version or environment. Fetch one with the resource of the line that is called.",
        ReasonCode.TokenEnvironment => "The token is for another environment. Fetch one with the resource of the environment that is called.",
        ReasonCode.TokenExpired => "The token had expired: it lasts five minutes at most. Fetch a new one before the old one ends, and check the machine's clock.",
        ReasonCode.TokenNotYetValid => "The token is not valid yet: the clock of whoever checked it is behind. Data planes allow for ten seconds.",
        ReasonCode.TokenProofMissing => "The token is bound to a key, and came without a proof of it. Send it as Authorization: DPoP with one DPoP header.",
        ReasonCode.TokenProofInvalid => "The DPoP proof is not one of the token's key for this method, URL, token and minute. Sign one for each call.",
        ReasonCode.TokenProofUsed => "The DPoP proof came before. Sign one for each call, also for one that is sent again.",
        ReasonCode.TokenCertificate => "The token is bound to a client certificate that is not the one of the connection. Call with the certificate with which it was fetched.",
        ReasonCode.PathNotCanonical => "The path could be read in two ways, so no data plane reads it: an encoded slash, a dot segment, a doubled slash, a semicolon, or a name in another case. Send its plain form.",
        ReasonCode.MethodOverride => "A header overrode the method (X-HTTP-Method-Override and the like). Send the method itself.",
        ReasonCode.OperationUnknown => "The version publishes no endpoint with this method and path. Case, slash at the end and base path count.",
        ReasonCode.OperationNotGranted => "The token did not carry the endpoint: it was not granted when the token was fetched, or the token was asked for with less.",
        ReasonCode.GrantEnded => "The token carried the endpoint, and the newest policy grants it no more: the grant was revoked or has ended, or the application was stopped.",
        ReasonCode.GrantSuspended => "The endpoint was granted, and the grant is set aside for now: it goes on by itself, or when somebody resumes it. Another request does not help.",
        ReasonCode.RateExceeded => "It called faster than the plan of its grant allows. Each data plane counts that by itself, and lets it go on when Retry-After has passed.",
        ReasonCode.QuotaExceeded => "The calls of the day or month that the plan gives were used up. It goes on when the next one begins, or under another plan.",
        ReasonCode.PolicyUnavailable => "That data plane had no policy yet and lets nothing through until it has: it has just started, or has not reached the control plane.",
        _ => "That is no reason of a data plane.",
    };
}
