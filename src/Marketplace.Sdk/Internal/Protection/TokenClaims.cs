using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The claims of RFC 9068 §2.2 with our own, from a payload whose signature holds.</summary>
internal sealed class TokenClaims(MarketplaceOptions options)
{
    private readonly byte[] issuer = Encoding.UTF8.GetBytes(options.ExpectedIssuer);
    private readonly byte[] environment = Encoding.UTF8.GetBytes(options.Environment!);

    /// <param name="jws">Verified.</param>
    /// <param name="key">The key whose signature holds.</param>
    /// <param name="audience">Kept in place of the claim's text where it is the same.</param>
    public TokenReading Read(CompactJws jws, VerificationKey key, string audience)
    {
        if (!StrictJson.TryParseObject(jws.Payload, out var json))
            return new TokenReading(null, ReasonCode.TokenMalformed);
        using (json)
            return Read(json.RootElement, jws, key, audience);
    }

    private TokenReading Read(JsonElement claims, CompactJws jws, VerificationKey key, string audience)
    {
        if (!Is(claims, "iss"u8, issuer))
            return new TokenReading(null, ReasonCode.TokenIssuer);
        if (!claims.TryGetProperty("aud"u8, out var aud) || aud.ValueKind != JsonValueKind.String)
            return new TokenReading(null, ReasonCode.TokenAudience);
        var claimed = aud.ValueEquals(audience) ? audience : aud.GetString()!;
        if (!Is(claims, "env"u8, environment))
            return new TokenReading(null, claimed == audience ? ReasonCode.TokenEnvironment : ReasonCode.TokenAudience);

        if (!JwtTimes.TryRead(claims, out var times) || !TokenBinding.TryRead(claims, out var binding)
            || Text(claims, "client_id"u8) is not { Length: > 0 } client || Text(claims, "jti"u8) is not { Length: > 0 } id
            || !TryReadOperations(claims, out var operations))
            return new TokenReading(null, ReasonCode.TokenMalformed);
        var token = new VerifiedToken
        {
            Key = key, Signature = jws.Signature, ClientId = client, Id = id, Audience = claimed, Times = times, Operations = operations, Binding = binding,
        };
        return new TokenReading(token, null);
    }

    private static bool TryReadOperations(JsonElement claims, out OperationBitmap operations)
    {
        operations = OperationBitmap.Empty;
        if (!claims.TryGetProperty("ops"u8, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.String)
            return false;
        // As it is written, without a string of it; what has escapes is written otherwise than the marketplace does.
        var quoted = JsonMarshal.GetRawUtf8Value(member);
        if (!(quoted.Contains((byte)'\\') ? OperationBitmap.TryParse(member.GetString(), out var read) : OperationBitmap.TryParse(quoted[1..^1], out read)))
            return false;
        operations = read!;
        return true;
    }

    private static bool Is(JsonElement claims, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        claims.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    private static string? Text(JsonElement claims, ReadOnlySpan<byte> name) =>
        StrictJson.TryGetOptionalString(claims, name, out var value) ? value : null;
}
