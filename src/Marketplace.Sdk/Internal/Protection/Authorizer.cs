using Marketplace.Contracts.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The decision about one request: a caller, or one reason.</summary>
internal readonly record struct Decision(MarketplaceCaller? Caller, string? Reason, string? ClientId = null, string? Operation = null);

/// <summary>
/// Allowed is what a good token carries and the newest policy still grants. The order of the questions is the order
/// of the reasons: token, its proof, method override, path, operation, grant. For a token seen before nothing is awaited.
/// </summary>
internal sealed class Authorizer(PolicyHolder holder, TokenReader tokens, Possession possession, TimeProvider time)
{
    private static readonly string[] OverrideHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    public ValueTask<Decision> DecideAsync(HttpContext context)
    {
        if (holder.Current is not { } policy)
            return ValueTask.FromResult(new Decision(null, ReasonCode.PolicyUnavailable));
        if (!TokenCredentials.TryRead(context.Request.Headers.Authorization, out var credentials, out var reason))
            return ValueTask.FromResult(new Decision(null, reason));
        var reading = tokens.ReadAsync(credentials, policy.Audience);
        return reading.IsCompletedSuccessfully
            ? ValueTask.FromResult(Decide(policy, reading.Result, credentials, context))
            : AwaitAsync(reading, credentials, context);
    }

    /// <summary>The target as it was sent: the server's own path is decoded and cleaned, and would hide what it was.</summary>
    public static ReadOnlySpan<char> RawPath(HttpContext context) =>
        CanonicalPath.OfTarget(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private async ValueTask<Decision> AwaitAsync(ValueTask<TokenReading> reading, TokenCredentials credentials, HttpContext context)
    {
        var read = await reading;
        // Keys were fetched, and in the meantime a grant may have been revoked.
        return Decide(holder.Current!, read, credentials, context);
    }

    private Decision Decide(EnforcedPolicy policy, TokenReading reading, TokenCredentials credentials, HttpContext context)
    {
        if (reading.Token is not { } token)
            return new Decision(null, reading.Reason);
        if (possession.ReasonAgainst(token, credentials, context) is { } unproven)
            return new Decision(null, unproven, token.ClientId);
        foreach (var header in OverrideHeaders)
        {
            if (context.Request.Headers.ContainsKey(header))
                return new Decision(null, ReasonCode.MethodOverride, token.ClientId);
        }

        var match = policy.Operations.Match(context.Request.Method, RawPath(context));
        if (!match.Found)
            return new Decision(null, match.Reason, token.ClientId);
        var reason = ReasonAgainst(policy, token, match.Operation.Index);
        return reason is null
            ? new Decision(token.CallerOf(match.Operation.Key), null, token.ClientId, match.Operation.Key)
            : new Decision(null, reason, token.ClientId, match.Operation.Key);
    }

    private string? ReasonAgainst(EnforcedPolicy policy, VerifiedToken token, int operation)
    {
        if (!token.Operations.Contains(operation))
            return ReasonCode.OperationNotGranted;
        if (holder.IsTooOld || policy.Grants.Covers(token.ClientId, operation, time.GetUtcNow().ToUnixTimeSeconds()))
            return null;
        return ReasonCode.GrantEnded;
    }
}
