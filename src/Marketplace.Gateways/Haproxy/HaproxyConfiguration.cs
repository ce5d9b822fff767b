using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary><c>haproxy.cfg</c>: the rules of DESIGN.md's Enforcement in the order in which reasons are given.</summary>
internal static partial class HaproxyConfiguration
{
    /// <summary>Longest raw path that is matched. Templates that fit no map line are longer than this.</summary>
    private const int LongestPath = 3900;

    public static string Of(PolicySnapshot snapshot, IEnumerable<KeyFile> keys, IEnumerable<int> bitmapBytes, HaproxyOptions options)
    {
        var issuer = Plain(options.Issuer ?? snapshot.Issuer, "issuer");
        var audience = Plain(snapshot.Audience, "audience");
        var environment = Plain(snapshot.Environment, "environment");
        return $$"""
            # Written by Marketplace from its signed policy: {{Plain(snapshot.Api, "API")}} {{Plain(snapshot.Version, "version")}} in {{environment}}. Changes here are overwritten.
            global
              default-path config
              stats socket {{options.RuntimeSocket}} mode 600 level admin expose-fd listeners
              # A reload ends the kept-alive connections of the old worker, and with them its old grants.
              hard-stop-after 3s
              log stderr format raw local0 info
            {{(options.User is { } user ? $"  user {user}\n  group {user}\n" : "")}}
            defaults
              mode http
              log global
              option dontlognull
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout http-request 10s
              timeout http-keep-alive 60s

            frontend marketplace
              bind {{options.Bind}}
              log-format "%ci %HM %{+Q}HP %ST reason=%[var(txn.reason)] client=%{+Q}[var(txn.client)] operation=%{+Q}[var(txn.operation)]"
              http-after-response set-var(txn.reason) res.fhdr(Marketplace-Reason)

            {{TokenRules(keys, issuer, audience, environment)}}
            {{OperationRules(bitmapBytes)}}
            {{GrantRules()}}
              # The service learns who calls what from these two headers, and from nobody else; a server may read _ as -.
              http-request del-header ^marketplace[-_](?:client|operation)$ -m reg
              http-request set-header Marketplace-Client %[var(txn.client)]
              http-request set-header Marketplace-Operation %[var(txn.operation)]
              # After a switch of protocol (h2c, WebSocket) nobody would look at what follows; RFC 9110 §7.8 lets a proxy not offer it.
              http-request del-header Upgrade
              http-request del-header HTTP2-Settings
              # What was judged is what is sent: the origin form.
              http-request set-uri %[pathq] unless { url_beg / }
              http-request set-log-level silent
              http-response set-log-level err if { status ge 500 }
              default_backend service

            backend service
              server service {{options.Backend}}

            """.ReplaceLineEndings("\n");
    }

    private static string TokenRules(IEnumerable<KeyFile> keys, string issuer, string audience, string environment)
    {
        var rules = new StringBuilder()
            .AppendLine("  # The token: exactly one, a compact JWS, its algorithm the key's, its signature good.")
            .Refuse(ReasonCode.TokenMalformed, "if { req.fhdr_cnt(authorization) gt 1 }")
            .Refuse(ReasonCode.TokenMissing, "unless { req.fhdr(authorization) -m reg -i '^bearer(?: |$)' }")
            .Refuse(ReasonCode.TokenMalformed, @"unless { req.fhdr(authorization) -m reg -i '^bearer +[a-z0-9_-]+\.[a-z0-9_-]+\.[a-z0-9_-]*$' }")
            .AppendLine("  http-request set-var(txn.token) req.fhdr(authorization),word(2,' ')")
            .Claim("alg", "jwt_header_query('$.alg')")
            .Claim("kid", "jwt_header_query('$.kid')")
            .Refuse(ReasonCode.TokenMalformed, "unless { var(txn.alg) -m found } { var(txn.kid) -m found }")
            .Refuse(ReasonCode.TokenMalformed, "if { var(txn.token),jwt_header_query('$.crit') -m found }")
            .Refuse(ReasonCode.TokenAlgorithm, "unless { var(txn.alg) -m str ES256 }")
            .Refuse(ReasonCode.TokenType, "unless { var(txn.token),jwt_header_query('$.typ') -m str -i at+jwt application/at+jwt }");
        foreach (var key in keys)
            rules.AppendLine($"  http-request set-var(txn.verified) var(txn.token),jwt_verify(ES256,{key.Path}) if {{ var(txn.kid) -m str -- '{key.KeyId}' }}");
        return rules
            .Refuse(ReasonCode.TokenKeyUnknown, "unless { var(txn.verified) -m found }")
            .Refuse(ReasonCode.TokenSignature, "unless { var(txn.verified) -m int 1 }")
            .AppendLine()
            .AppendLine("  # Its claims, each with the right type; clocks may differ by 10 s.")
            .AppendLine("  http-request set-var(txn.now) date")
            .Claim("client", "jwt_payload_query('$.client_id')")
            .Claim("exp", "jwt_payload_query('$.exp','int')")
            .Claim("iat", "jwt_payload_query('$.iat','int')")
            .Claim("nbf", "jwt_payload_query('$.nbf','int')")
            .Claim("ops", "jwt_payload_query('$.ops')")
            .Refuse(ReasonCode.TokenMalformed, "unless { var(txn.client) -m len gt 0 } { var(txn.exp) -m found } { var(txn.iat) -m found }")
            .Refuse(ReasonCode.TokenMalformed, "if { var(txn.ops) -m found } !{ var(txn.ops) -m reg ^[A-Za-z0-9_-]*$ }")
            .Refuse(ReasonCode.TokenIssuer, $"unless {{ var(txn.token),jwt_payload_query('$.iss') -m str -- '{issuer}' }}")
            .Refuse(ReasonCode.TokenAudience, $"unless {{ var(txn.token),jwt_payload_query('$.aud') -m str -- '{audience}' }}")
            .Refuse(ReasonCode.TokenEnvironment, $"unless {{ var(txn.token),jwt_payload_query('$.env') -m str -- '{environment}' }}")
            .Refuse(ReasonCode.TokenExpired, "unless { var(txn.exp),add(10),sub(txn.now) -m int gt 0 }")
            .Refuse(ReasonCode.TokenNotYetValid, "unless { var(txn.iat),sub(txn.now) -m int le 10 }")
            .Refuse(ReasonCode.TokenNotYetValid, "if { var(txn.nbf) -m found } !{ var(txn.nbf),sub(txn.now) -m int le 10 }")
            .ToString();
    }

    private static string OperationRules(IEnumerable<int> bitmapBytes)
    {
        var rules = new StringBuilder()
            .AppendLine("  # The request: one reading only, then its path, then its method.")
            .Refuse(ReasonCode.MethodOverride, $"if {{ req.hdr_names -m reg -i '{CanonicalRegex.MethodOverride}' }}")
            .Refuse(ReasonCode.PathNotCanonical, $"if {{ req.hdr_names -m reg -i '{CanonicalRegex.PathOverride}' }}")
            .Refuse(ReasonCode.PathNotCanonical, $"unless {{ path -m reg '{CanonicalRegex.Raw}' }}")
            .Refuse(ReasonCode.OperationUnknown, $"if {{ path_len gt {LongestPath} }}")
            .AppendLine("  http-request set-var(txn.path) path,url_dec")
            .Refuse(ReasonCode.PathNotCanonical, $"if {{ var(txn.path) -m reg '{CanonicalRegex.NotDecoded}' }}")
            .AppendLine("  http-request set-var(txn.match) var(txn.path),map_str(paths.map)")
            .AppendLine("  http-request set-var(txn.match) var(txn.path),map_reg(templates.map) unless { var(txn.match) -m found }")
            .Refuse(ReasonCode.OperationUnknown, "unless { var(txn.match) -m found }")
            .AppendLine("  http-request set-var(txn.path_number) var(txn.match),field(1,|)")
            .AppendLine("  # A parameter never stands for a literal that a server ignoring case or a last slash would take instead.")
            .AppendLine("  http-request set-var(txn.group) var(txn.match),field(2,|)")
            .AppendLine("  acl templated var(txn.group) -m found")
            .AppendLine("  http-request set-var(txn.lenient) var(txn.path),lower,regsub(/$,),map_str(lenient-paths.map) if templated")
            .AppendLine("  http-request set-var(txn.lenient) var(txn.path),map_reg(lenient-templates.map) if templated !{ var(txn.lenient) -m found }")
            .Refuse(ReasonCode.PathNotCanonical, "if templated !{ var(txn.group),strcmp(txn.lenient) -m int 0 }")
            .AppendLine("  # concat() turns the method into text; a variable set from it alone would hold a wrong one if it is not among haproxy's own.")
            .AppendLine("  http-request set-var(txn.method) method,concat()")
            .AppendLine("  http-request set-var(txn.match) var(txn.path_number),concat(:,txn.method),map_str(operations.map,none)")
            .Refuse(ReasonCode.OperationUnknown, "if { var(txn.match) -m str none }")
            .AppendLine("  http-request set-var(txn.index) var(txn.match),field(1,|)")
            .AppendLine("  http-request set-var(txn.byte) var(txn.match),field(2,|)")
            .AppendLine("  http-request set-var(txn.mask) var(txn.match),field(3,|)")
            .AppendLine("  http-request set-var(txn.operation) var(txn.match),field(4,|)")
            .AppendLine()
            .AppendLine("  # Its bit in the token's ops.");
        foreach (var at in bitmapBytes)
            rules.AppendLine($"  http-request set-var(txn.bit) var(txn.ops),ub64dec,bytes({at},1),hex,hex2i,and(txn.mask) if {{ var(txn.byte) -m str {at} }}");
        return rules.Refuse(ReasonCode.OperationNotGranted, "unless { var(txn.bit) -m int gt 0 }").ToString();
    }

    private static string GrantRules() => new StringBuilder()
        .AppendLine("  # Its grant in the newest policy.")
        .AppendLine("  http-request set-var(txn.grant) var(txn.client),concat(|,txn.index),map_str(grants.map)")
        .AppendLine("  http-request set-var(txn.from) var(txn.grant),field(1,-)")
        .Refuse(ReasonCode.GrantEnded, "unless { var(txn.grant),field(2,-),sub(txn.now) -m int gt 0 } { var(txn.now),sub(txn.from) -m int ge 0 }")
        .ToString();

    private static StringBuilder Refuse(this StringBuilder rules, string reason, string condition) => rules.AppendLine(Refusal.Line(reason, condition));

    private static StringBuilder Claim(this StringBuilder rules, string variable, string query) =>
        rules.AppendLine($"  http-request set-var(txn.{variable}) var(txn.token),{query}");

    /// <summary>Stands in single quotes, so it may hold neither a quotation mark nor anything that haproxy reads.</summary>
    private static string Plain(string text, string what) =>
        PlainText().IsMatch(text) ? text : throw new GatewayException($"The {what} of the policy, {VisibleText.Of(text)}, holds characters that no {what} should.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._~:/?@&=+,!*()\[\]-]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainText();
}
