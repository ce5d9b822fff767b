using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Core.Access.Explain;

/// <summary>A token of ours: signature, type and issuer hold.</summary>
internal sealed class PastedToken
{
    private static readonly JwsExpectation Expectation = JwsExpectation.OfType("at+jwt");

    private PastedToken(string audience) => Audience = audience;

    public string Audience { get; }
    public string? Environment { get; private init; }

    /// <summary>Null where the other claims are not those of RFC 9068 §2.2.</summary>
    public string? ClientId { get; private init; }
    public JwtTimes Times { get; private init; }
    public OperationBitmap Operations { get; private init; } = OperationBitmap.Empty;
    public long? Revision { get; private init; }

    /// <summary>The reason for which a data plane refuses it where no key of its own came with the call (RFC 9449 §7.2, RFC 8705 §3).</summary>
    public string? Bound { get; private init; }

    public DateTimeOffset? IssuedAt => Times.IssuedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds((long)(at * 1000)) : null;

    /// <summary>With a reason in place of a token that proves nothing.</summary>
    public static (PastedToken? Token, string? Reason) Read(string text, JwsVerifier keys, string issuer)
    {
        var verification = keys.Verify(text, Expectation);
        if (!verification.IsValid)
            return (null, ReasonOf(verification));
        if (!StrictJson.TryParseObject(verification.Jws!.Payload, out var json))
            return (null, ReasonCode.TokenMalformed);
        using (json)
        {
            var claims = json.RootElement;
            if (Text(claims, "iss") != issuer)
                return (null, ReasonCode.TokenIssuer);
            return Text(claims, "aud") is { } audience ? (Of(claims, audience), null) : (null, ReasonCode.TokenAudience);
        }
    }

    /// <summary>In the data planes' order: where it is for, then whether it is whole, then when.</summary>
    public string? ReasonAgainst(string? audience, string? environment, DateTimeOffset now)
    {
        if (Environment is null || Environment != environment)
            return Audience == audience ? ReasonCode.TokenEnvironment : ReasonCode.TokenAudience;
        if (ClientId is null)
            return ReasonCode.TokenMalformed;
        if (Audience != audience)
            return ReasonCode.TokenAudience;
        return Times.Check(now, JwtTimes.MaxSkew) switch
        {
            JwtTimeFailure.None => null,
            JwtTimeFailure.NotYetValid => ReasonCode.TokenNotYetValid,
            _ => ReasonCode.TokenExpired,
        };
    }

    private static PastedToken Of(JsonElement claims, string audience)
    {
        var environment = Text(claims, "env");
        if (!JwtTimes.TryRead(claims, out var times) || !TryReadBinding(claims, out var bound)
            || Text(claims, "client_id") is not { Length: > 0 } client || Text(claims, "jti") is not { Length: > 0 }
            || !TryReadOperations(claims, out var operations))
            return new(audience) { Environment = environment };
        return new(audience)
        {
            Environment = environment,
            ClientId = client,
            Times = times,
            Operations = operations,
            Bound = bound,
            Revision = claims.TryGetProperty("rev", out var rev) && rev.ValueKind == JsonValueKind.Number && rev.TryGetInt64(out var revision) ? revision : null,
        };
    }

    private static bool TryReadOperations(JsonElement claims, out OperationBitmap operations)
    {
        operations = OperationBitmap.Empty;
        if (!claims.TryGetProperty("ops", out var member))
            return true;
        if (member.ValueKind != JsonValueKind.String || !OperationBitmap.TryParse(member.GetString(), out var read))
            return false;
        operations = read;
        return true;
    }

    private static bool TryReadBinding(JsonElement claims, out string? reason)
    {
        reason = null;
        if (!claims.TryGetProperty("cnf", out var confirmation))
            return true;
        if (confirmation.ValueKind != JsonValueKind.Object || confirmation.GetPropertyCount() != 1)
            return false;
        var member = confirmation.EnumerateObject().First().Name;
        reason = member == "jkt" ? ReasonCode.TokenProofMissing : ReasonCode.TokenCertificate;
        return member is "jkt" or "x5t#S256" && StrictJson.TryGetOptionalString(confirmation, member, out var thumbprint) && !string.IsNullOrEmpty(thumbprint);
    }

    private static string? Text(JsonElement claims, string name) => StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;

    private static string ReasonOf(JwsVerification verification) => verification.Failure switch
    {
        JwsFailure.AlgorithmNotAllowed => ReasonCode.TokenAlgorithm,
        JwsFailure.WrongType => ReasonCode.TokenType,
        JwsFailure.BadSignature => ReasonCode.TokenSignature,
        JwsFailure.UnknownKey when verification.Jws?.Header.KeyId is not null => ReasonCode.TokenKeyUnknown,
        _ => ReasonCode.TokenMalformed,
    };
}
