using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A good token, or the reason why it is not.</summary>
internal readonly record struct TokenReading(VerifiedToken? Token, string? Reason);

/// <summary>
/// From a token's text to a token whose signature, type, issuer, environment, audience and times hold. One that was
/// read before is not verified again; its key, audience and times are looked at every time.
/// </summary>
internal sealed class TokenReader(KeyRing keys, TokenCache cache, IOptions<MarketplaceOptions> options, TimeProvider time)
{
    private static readonly JwsExpectation Expectation = JwsExpectation.OfType("at+jwt");
    // Some thirty years: what is longer would not fit the monotonic clock.
    private const double LongestLife = 1e9;
    private readonly TokenClaims claims = new(options.Value);
    private readonly TimeSpan skew = options.Value.ClockSkew;

    public ValueTask<TokenReading> ReadAsync(TokenCredentials credentials, string audience)
    {
        if (credentials.Token.Length > CompactJws.DefaultMaxLength || !HashedToken.TryOf(credentials.Token, out var token))
            return ValueTask.FromResult(new TokenReading(null, ReasonCode.TokenMalformed));
        if (cache.Find(token) is not { } seen)
            return VerifyAsync(token, audience);
        if (!keys.IsPublished(seen.Key))
        {
            cache.Drop(token);
            return VerifyAsync(token, audience);
        }

        var reading = Hold(seen, audience, time.GetUtcNow());
        if (reading is { Token: null, Reason: not ReasonCode.TokenNotYetValid })
            cache.Drop(token);
        // It stays there as one that has ended, so that a clock that was set back does not give it another life.
        return ValueTask.FromResult(reading.Token is not null && time.GetTimestamp() > seen.EndsAt ? new TokenReading(null, ReasonCode.TokenExpired) : reading);
    }

    private async ValueTask<TokenReading> VerifyAsync(HashedToken token, string audience)
    {
        var verification = await keys.VerifyAsync(token, Expectation);
        if (!verification.IsValid)
            return new TokenReading(null, ReasonOf(verification));
        var reading = claims.Read(verification.Jws!, verification.Key!, audience);
        if (reading.Token is not { } read)
            return reading;
        var now = time.GetUtcNow();
        reading = Hold(read, audience, now);
        read.EndsAt = EndOf(read, now);
        if (reading.Token is not null)
            cache.Add(token.Digest, read, now);
        return reading;
    }

    private TokenReading Hold(VerifiedToken token, string audience, DateTimeOffset now)
    {
        if (token.Audience != audience)
            return new TokenReading(null, ReasonCode.TokenAudience);
        return token.Times.Check(now, skew) switch
        {
            JwtTimeFailure.None => new TokenReading(token, null),
            JwtTimeFailure.NotYetValid => new TokenReading(null, ReasonCode.TokenNotYetValid),
            _ => new TokenReading(null, ReasonCode.TokenExpired),
        };
    }

    private long EndOf(VerifiedToken token, DateTimeOffset now)
    {
        var left = token.Times.Expires + skew.TotalSeconds - (now.ToUnixTimeMilliseconds() / 1000d);
        return time.GetTimestamp() + (long)(Math.Min(left, LongestLife) * time.TimestampFrequency);
    }

    private static string ReasonOf(JwsVerification verification) => verification.Failure switch
    {
        JwsFailure.AlgorithmNotAllowed => ReasonCode.TokenAlgorithm,
        JwsFailure.WrongType => ReasonCode.TokenType,
        JwsFailure.BadSignature => ReasonCode.TokenSignature,
        JwsFailure.UnknownKey when verification.Jws?.Header.KeyId is not null => ReasonCode.TokenKeyUnknown,
        _ => ReasonCode.TokenMalformed,
    };
}
