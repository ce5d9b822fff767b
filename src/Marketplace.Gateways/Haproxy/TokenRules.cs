using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Authentication: exactly one bearer token, signed by a key of the issuer, with the claims of RFC 9068.</summary>
internal static class TokenRules
{
    private const string Seconds = "-m reg ^[0-9]{1,12}$";

    public static Rules Token(this Rules rules, IEnumerable<KeyFile> keys)
    {
        rules.Comment("The token: exactly one, a compact JWS, its algorithm the key's, its signature good.")
            .Refuse(ReasonCode.TokenMalformed, "if { req.fhdr_cnt(authorization) gt 1 }")
            .Refuse(ReasonCode.TokenMissing, "unless { req.fhdr(authorization) -m reg -i '^bearer(?: |$)' }")
            .Refuse(ReasonCode.TokenMalformed, @"unless { req.fhdr(authorization) -m reg -i '^bearer +[a-z0-9_-]+\.[a-z0-9_-]+\.[a-z0-9_-]*$' }")
            .Set("token", "req.fhdr(authorization),word(2,' ')")
            .Set("alg", "var(txn.token),jwt_header_query('$.alg')")
            .Set("kid", "var(txn.token),jwt_header_query('$.kid')")
            .Refuse(ReasonCode.TokenMalformed, "unless { var(txn.alg) -m found } { var(txn.kid) -m found }")
            .Refuse(ReasonCode.TokenMalformed, "if { var(txn.token),jwt_header_query('$.crit') -m found }")
            .Refuse(ReasonCode.TokenAlgorithm, "unless { var(txn.alg) -m str ES256 }")
            .Refuse(ReasonCode.TokenType, "unless { var(txn.token),jwt_header_query('$.typ') -m str -i at+jwt application/at+jwt }");
        foreach (var key in keys)
            rules.Set("verified", $"var(txn.token),jwt_verify(ES256,{key.Path})", $"if {{ var(txn.kid) -m str -- '{key.KeyId}' }}");
        return rules
            .Refuse(ReasonCode.TokenKeyUnknown, "unless { var(txn.verified) -m found }")
            .Refuse(ReasonCode.TokenSignature, "unless { var(txn.verified) -m int 1 }");
    }

    public static Rules Claims(this Rules rules, string issuer, string audience, string environment) => rules
        .Comment("Its claims, each with the right type; clocks may differ by 10 s.")
        .Set("now", "date")
        .Set("client", "var(txn.token),jwt_payload_query('$.client_id')")
        .Set("exp", "var(txn.token),jwt_payload_query('$.exp','int')")
        .Set("iat", "var(txn.token),jwt_payload_query('$.iat','int')")
        .Set("nbf", "var(txn.token),jwt_payload_query('$.nbf','int')")
        .Set("ops", "var(txn.token),jwt_payload_query('$.ops')")
        .Refuse(ReasonCode.TokenMalformed, $"unless {{ var(txn.client) -m len gt 0 }} {{ var(txn.exp) {Seconds} }} {{ var(txn.iat) {Seconds} }}")
        .Refuse(ReasonCode.TokenMalformed, $"if {{ var(txn.nbf) -m found }} !{{ var(txn.nbf) {Seconds} }}")
        .Refuse(ReasonCode.TokenMalformed, "if { var(txn.ops) -m found } !{ var(txn.ops) -m reg ^[A-Za-z0-9_-]*$ }")
        // RFC 8705 §3, RFC 9449 §7: no proof is checked here, and without it the token is worth nothing.
        .Refuse(ReasonCode.TokenProofMissing, """if { var(txn.token),word(2,'.'),ub64dec -m sub '"jkt":' }""")
        .Refuse(ReasonCode.TokenCertificate, """if { var(txn.token),word(2,'.'),ub64dec -m sub '"cnf":' }""")
        .Refuse(ReasonCode.TokenIssuer, $"unless {{ var(txn.token),jwt_payload_query('$.iss') -m str -- '{issuer}' }}")
        .Refuse(ReasonCode.TokenAudience, $"unless {{ var(txn.token),jwt_payload_query('$.aud') -m str -- '{audience}' }}")
        .Refuse(ReasonCode.TokenEnvironment, $"unless {{ var(txn.token),jwt_payload_query('$.env') -m str -- '{environment}' }}")
        .Refuse(ReasonCode.TokenExpired, "unless { var(txn.exp),add(10),sub(txn.now) -m int gt 0 }")
        .Refuse(ReasonCode.TokenNotYetValid, "unless { var(txn.iat),sub(txn.now) -m int le 10 }")
        .Refuse(ReasonCode.TokenNotYetValid, "if { var(txn.nbf) -m found } !{ var(txn.nbf),sub(txn.now) -m int le 10 }");
}
