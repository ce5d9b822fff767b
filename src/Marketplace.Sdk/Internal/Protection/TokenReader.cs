using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>What a good token says.</summary>
internal sealed record ServiceToken(string ClientId, string Id, OperationBitmap Operations);

/// <summary>From an Authorization header to a token whose signature, type, issuer, audience and times hold, or the reason why not.</summary>
internal sealed class TokenReader(KeyRing keys, IOptions<MarketplaceOptions> options, TimeProvider time)
{
    private const string Scheme = "Bearer";
    private static readonly JwsExpectation Expectation = JwsExpectation.OfType("at+jwt");

    public async ValueTask<(ServiceToken? Token, string? Reason)> ReadAsync(StringValues authorization, string audience)
    {
        if (authorization.Count > 1)
            return (null, ReasonCode.TokenMalformed);
        var header = authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (header.Length > Scheme.Length && header[Scheme.Length] != ' '))
            return (null, ReasonCode.TokenMissing);

        var verification = await keys.VerifyAsync(header[Scheme.Length..].Trim(' '), Expectation);
        if (!verification.IsValid)
            return (null, ReasonOf(verification));
        if (!StrictJson.TryParseObject(verification.Jws!.Payload, out var json))
            return (null, ReasonCode.TokenMalformed);
        using (json)
            return Read(json.RootElement, audience);
    }

    private static string ReasonOf(JwsVerification verification) => verification.Failure switch
    {
        JwsFailure.AlgorithmNotAllowed => ReasonCode.TokenAlgorithm,
        JwsFailure.WrongType => ReasonCode.TokenType,
        JwsFailure.BadSignature => ReasonCode.TokenSignature,
        JwsFailure.UnknownKey when verification.Jws?.Header.KeyId is not null => ReasonCode.TokenKeyUnknown,
        _ => ReasonCode.TokenMalformed,
    };

    private (ServiceToken? Token, string? Reason) Read(JsonElement claims, string audience)
    {
        if (Text(claims, "iss") != options.Value.ExpectedIssuer)
            return (null, ReasonCode.TokenIssuer);
        if (Text(claims, "aud") != audience)
            return (null, ReasonCode.TokenAudience);
        if (Text(claims, "env") != options.Value.Environment)
            return (null, ReasonCode.TokenEnvironment);
        switch (JwtTimes.Check(claims, time.GetUtcNow(), options.Value.ClockSkew))
        {
            case JwtTimeFailure.Expired: return (null, ReasonCode.TokenExpired);
            case JwtTimeFailure.NotYetValid: return (null, ReasonCode.TokenNotYetValid);
            case JwtTimeFailure.Malformed: return (null, ReasonCode.TokenMalformed);
        }

        // A token bound to a key (RFC 8705, RFC 9449) is worth nothing without the proof, which is not checked here.
        if (claims.TryGetProperty("cnf", out _)
            || Text(claims, "client_id") is not { Length: > 0 } client || Text(claims, "jti") is not { Length: > 0 } id
            || !TryReadOperations(claims, out var operations))
            return (null, ReasonCode.TokenMalformed);
        return (new ServiceToken(client, id, operations), null);
    }

    private static bool TryReadOperations(JsonElement claims, out OperationBitmap operations)
    {
        operations = OperationBitmap.Empty;
        if (!claims.TryGetProperty("ops", out _))
            return true;
        if (!OperationBitmap.TryParse(Text(claims, "ops"), out var read))
            return false;
        operations = read;
        return true;
    }

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
