using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Portal.SignIn.Company;

/// <summary>Reads what the identity provider signed: ID tokens, and logout tokens of its back-channel.</summary>
internal sealed class ProviderTokens(CompanyProvider provider, TimeProvider clock)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    private static readonly JwsExpectation IdTokenShape = new() { Types = ["JWT"], TypeOptional = true, KeyIdOptional = true };

    // OpenID Connect Back-Channel Logout 1.0 §2.4: the type is recommended, so others leave it out or say JWT.
    private static readonly JwsExpectation LogoutTokenShape = new() { Types = ["logout+jwt", "JWT"], TypeOptional = true, KeyIdOptional = true };

    /// <summary>The claims (OpenID Connect Core 1.0 §3.1.3.7).</summary>
    /// <exception cref="ProviderException">It does not hold; the message says what of it.</exception>
    public async Task<JsonElement> ReadIdTokenAsync(string token, string nonce, CancellationToken cancellation)
    {
        var claims = await ReadAsync(token, IdTokenShape, "ID token", cancellation);
        Must(JwtTimes.Check(claims, clock.GetUtcNow(), Skew) == JwtTimeFailure.None && claims.TryGetProperty("iat", out _), "The times of the ID token do not hold; compare the clocks.");
        Must(Text(claims, "nonce") is { } given && Same(given, nonce), "The ID token is not the answer to this sign-in (nonce).");
        Must(Text(claims, "sub") is { Length: > 0 and <= 255 }, "The ID token has no usable subject.");
        return claims;
    }

    /// <summary>Whose session, and which, is over (OpenID Connect Back-Channel Logout 1.0 §2.6).</summary>
    /// <exception cref="ProviderException">It does not hold; the message says what of it.</exception>
    public async Task<(string? Subject, string? Session)> ReadLogoutTokenAsync(string token, CancellationToken cancellation)
    {
        var claims = await ReadAsync(token, LogoutTokenShape, "logout token", cancellation);
        var now = clock.GetUtcNow();
        var isTimely = claims.TryGetProperty("exp", out _)
            ? JwtTimes.Check(claims, now, Skew) == JwtTimeFailure.None
            // Early drafts had no "exp": such a one counts for two minutes.
            : claims.TryGetProperty("iat", out var issued) && issued.TryGetInt64(out var at) && Math.Abs(now.ToUnixTimeSeconds() - at) <= 120;
        Must(isTimely, "The times of the logout token do not hold.");
        Must(claims.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Object
            && events.TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out var happened) && happened.ValueKind == JsonValueKind.Object,
            "The token is not about a logout.");
        // So that no ID token passes for one.
        Must(!claims.TryGetProperty("nonce", out _), "A logout token has no nonce.");
        var (subject, session) = (Text(claims, "sub"), Text(claims, "sid"));
        Must(subject is not null || session is not null, "The logout token names neither a person nor a session.");
        return (subject, session);
    }

    public static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<JsonElement> ReadAsync(string token, JwsExpectation shape, string what, CancellationToken cancellation)
    {
        Must(CompactJws.TryParse(token, out var jws, out _), $"The {what} is not a signed one.");
        var verified = (await provider.KeysAsync(jws!.Header.KeyId, cancellation)).Verify(jws, shape);
        Must(verified.IsValid, $"The signature of the {what} does not hold: {verified.Failure}.");
        using var document = JsonDocument.Parse(jws.Payload);
        var claims = document.RootElement.Clone();
        Must(claims.ValueKind == JsonValueKind.Object && Text(claims, "iss") == provider.Issuer, $"The {what} is of another issuer.");
        Must(IsForUs(claims), $"The {what} is for another client.");
        return claims;
    }

    private bool IsForUs(JsonElement claims)
    {
        var us = provider.Settings.ClientId;
        if (!claims.TryGetProperty("aud", out var audience))
            return false;
        var isAlone = audience.ValueKind == JsonValueKind.String || (audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() == 1);
        var isAmong = audience.ValueKind == JsonValueKind.Array ? audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.ValueEquals(us)) : audience.ValueKind == JsonValueKind.String && audience.ValueEquals(us);
        var authorized = Text(claims, "azp");
        return isAmong && (authorized is null ? isAlone : authorized == us);
    }

    private static bool Same(string left, string right) =>
        System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new ProviderException(otherwise);
    }
}
