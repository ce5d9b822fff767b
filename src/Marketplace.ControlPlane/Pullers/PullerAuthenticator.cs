using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.Extensions.Primitives;

namespace Marketplace.ControlPlane.Pullers;

/// <summary>From a bearer token for the control plane to the application that pulls, or the reason why not.</summary>
internal sealed class PullerAuthenticator(ControlPlaneOptions options, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);
    private static readonly JwsExpectation Expectation = JwsExpectation.OfType("at+jwt");

    public (string? ClientId, string? Environment, string? Reason) Authenticate(ControlDirectory directory, StringValues authorization)
    {
        if (authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, null, authorization.Count > 1 ? ReasonCode.TokenMalformed : ReasonCode.TokenMissing);
        var verification = directory.Verifier.Verify(header.AsSpan(Scheme.Length).Trim(' '), Expectation);
        if (!verification.IsValid)
            return (null, null, ReasonOf(verification.Failure));
        if (!StrictJson.TryParseObject(verification.Jws!.Payload, out var json))
            return (null, null, ReasonCode.TokenMalformed);
        using (json)
            return Read(json.RootElement);
    }

    private static string ReasonOf(JwsFailure failure) => failure switch
    {
        JwsFailure.AlgorithmNotAllowed => ReasonCode.TokenAlgorithm,
        JwsFailure.WrongType => ReasonCode.TokenType,
        JwsFailure.BadSignature => ReasonCode.TokenSignature,
        JwsFailure.UnknownKey => ReasonCode.TokenKeyUnknown,
        _ => ReasonCode.TokenMalformed,
    };

    private (string? ClientId, string? Environment, string? Reason) Read(JsonElement claims)
    {
        if (Text(claims, "iss") != options.Issuer)
            return (null, null, ReasonCode.TokenIssuer);
        if (Text(claims, "aud") != ControlAddress.Audience)
            return (null, null, ReasonCode.TokenAudience);
        return JwtTimes.Check(claims, clock.GetUtcNow(), Skew) switch
        {
            JwtTimeFailure.Expired => (null, null, ReasonCode.TokenExpired),
            JwtTimeFailure.NotYetValid => (null, null, ReasonCode.TokenNotYetValid),
            // A token bound to a key is worth nothing without the proof, which is not asked for here.
            JwtTimeFailure.None when Text(claims, "client_id") is { Length: > 0 } client && !claims.TryGetProperty("cnf", out _) => (client, Text(claims, "env"), null),
            _ => (null, null, ReasonCode.TokenMalformed),
        };
    }

    private static string? Text(JsonElement claims, string name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
