using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Authentication: exactly one bearer token, signed by a key of the issuer, with the claims of RFC 9068.</summary>
internal static class TokenRules
{
    private const string Seconds = "-m reg ^[0-9]{1,12}$";

    public static Rules Token(this Rules rules, IEnumerable<KeyFile> keys)
    {
        rules.Comment("The token: exactly one, a compact JWS, its algorithm the key's, its signature good.")
            .RefuseIf(ReasonCode.TokenMalformed, "{ req.fhdr_cnt(authorization) gt 1 }")
            .RefuseUnless(ReasonCode.TokenMissing, "{ req.fhdr(authorization) -m reg -i '^bearer(?: |$)' }")
            .RefuseUnless(ReasonCode.TokenMalformed, @"{ req.fhdr(authorization) -m reg -i '^bearer +[a-z0-9_-]+\.[a-z0-9_-]+\.[a-z0-9_-]*$' }")
            .Set("token", "req.fhdr(authorization),word(2,' ')")
            .Set("alg", "var(txn.token),jwt_header_query('$.alg')")
            .Set("kid", "var(txn.token),jwt_header_query('$.kid')")
            .RefuseUnless(ReasonCode.TokenMalformed, "{ var(txn.alg) -m found }", "{ var(txn.kid) -m found }")
            .RefuseIf(ReasonCode.TokenMalformed, "{ var(txn.token),jwt_header_query('$.crit') -m found }")
            .RefuseUnless(ReasonCode.TokenAlgorithm, "{ var(txn.alg) -m str ES256 }")
            .RefuseUnless(ReasonCode.TokenType, "{ var(txn.token),jwt_header_query('$.typ') -m str -i at+jwt application/at+jwt }");
        foreach (var key in keys)
            rules.Set("verified", $"var(txn.token),jwt_verify(ES256,{key.Path})", $"if {{ var(txn.kid) -m str -- '{key.KeyId}' }}");
        return rules
            .RefuseUnless(ReasonCode.TokenKeyUnknown, "{ var(txn.verified) -m found }")
            .RefuseUnless(ReasonCode.TokenSignature, "{ var(txn.verified) -m int 1 }");
    }

    public static Rules Claims(this Rules rules, string issuer, string audience, string environment) => rules
        .Comment("Its claims, each with the right type; clocks may differ by 10 s.")
        .Set("now", "date")
        .Set("client", "var(txn.token),jwt_payload_query('$.client_id')")
        .Set("exp", "var(txn.token),jwt_payload_query('$.exp','int')")
        .Set("iat", "var(txn.token),jwt_payload_query('$.iat','int')")
        .Set("nbf", "var(txn.token),jwt_payload_query('$.nbf','int')")
        .Set("ops", "var(txn.token),jwt_payload_query('$.ops')")
        .RefuseUnless(ReasonCode.TokenMalformed, "{ var(txn.client) -m len gt 0 }", $"{{ var(txn.exp) {Seconds} }}", $"{{ var(txn.iat) {Seconds} }}")
        .RefuseIf(ReasonCode.TokenMalformed, $"{{ var(txn.nbf) -m found }} !{{ var(txn.nbf) {Seconds} }}")
        .RefuseIf(ReasonCode.TokenMalformed, "{ var(txn.ops) -m found } !{ var(txn.ops) -m reg ^[A-Za-z0-9_-]*$ }")
        // RFC 8705 §3, RFC 9449 §7: no proof is checked here, and without it the token is worth nothing.
        .RefuseIf(ReasonCode.TokenProofMissing, """{ var(txn.token),word(2,'.'),ub64dec -m sub '"jkt":' }""")
        .RefuseIf(ReasonCode.TokenCertificate, """{ var(txn.token),word(2,'.'),ub64dec -m sub '"cnf":' }""")
        .RefuseUnless(ReasonCode.TokenIssuer, $"{{ var(txn.token),jwt_payload_query('$.iss') -m str -- '{issuer}' }}")
        .RefuseUnless(ReasonCode.TokenAudience, $"{{ var(txn.token),jwt_payload_query('$.aud') -m str -- '{audience}' }}")
        .RefuseUnless(ReasonCode.TokenEnvironment, $"{{ var(txn.token),jwt_payload_query('$.env') -m str -- '{environment}' }}")
        .RefuseUnless(ReasonCode.TokenExpired, "{ var(txn.exp),add(10),sub(txn.now) -m int gt 0 }")
        .RefuseUnless(ReasonCode.TokenNotYetValid, "{ var(txn.iat),sub(txn.now) -m int le 10 }")
        .RefuseIf(ReasonCode.TokenNotYetValid, "{ var(txn.nbf) -m found } !{ var(txn.nbf),sub(txn.now) -m int le 10 }");
}
