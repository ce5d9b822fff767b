using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The claims of RFC 9068 §2.2 with our own, from a payload whose signature holds.</summary>
internal sealed class TokenClaims(MarketplaceOptions options)
{
    private readonly string issuer = options.ExpectedIssuer;

    /// <param name="payload">The signed JSON.</param>
    /// <param name="key">The key whose signature holds.</param>
    /// <param name="audience">Kept in place of the claim's text where it is the same.</param>
    public TokenReading Read(ReadOnlyMemory<byte> payload, VerificationKey key, string audience)
    {
        if (!StrictJson.TryParseObject(payload, out var json))
            return new TokenReading(null, ReasonCode.TokenMalformed);
        using (json)
            return Read(json.RootElement, key, audience);
    }

    private TokenReading Read(JsonElement claims, VerificationKey key, string audience)
    {
        if (Text(claims, "iss") != issuer)
            return new TokenReading(null, ReasonCode.TokenIssuer);
        if (Text(claims, "aud") is not { } claimed)
            return new TokenReading(null, ReasonCode.TokenAudience);
        if (Text(claims, "env") != options.Environment)
            return new TokenReading(null, claimed == audience ? ReasonCode.TokenEnvironment : ReasonCode.TokenAudience);

        if (!JwtTimes.TryRead(claims, out var times) || !TokenBinding.TryRead(claims, out var binding)
            || Text(claims, "client_id") is not { Length: > 0 } client || Text(claims, "jti") is not { Length: > 0 } id
            || !TryReadOperations(claims, out var operations))
            return new TokenReading(null, ReasonCode.TokenMalformed);
        var token = new VerifiedToken
        {
            Key = key, ClientId = client, Id = id, Audience = claimed == audience ? audience : claimed, Times = times, Operations = operations,
            Binding = binding,
        };
        return new TokenReading(token, null);
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
