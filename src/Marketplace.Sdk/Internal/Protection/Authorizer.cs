using Marketplace.Contracts.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The decision about one request: a caller, or one reason.</summary>
internal readonly record struct Decision(MarketplaceCaller? Caller, string? Reason, string? ClientId = null, string? Operation = null);

/// <summary>
/// Allowed is what a good token carries and the newest policy still grants. The order of the questions is the order
/// of the reasons: token, method override, path, operation, grant.
/// </summary>
internal sealed class Authorizer(PolicyHolder holder, TokenReader tokens, TimeProvider time)
{
    private static readonly string[] OverrideHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    public async ValueTask<Decision> DecideAsync(HttpContext context)
    {
        var policy = holder.Current;
        if (policy is null)
            return new Decision(null, ReasonCode.PolicyUnavailable);
        var (token, refusal) = await tokens.ReadAsync(context.Request.Headers.Authorization, policy.Audience);
        if (token is null)
            return new Decision(null, refusal);

        foreach (var header in OverrideHeaders)
        {
            if (context.Request.Headers.ContainsKey(header))
                return new Decision(null, ReasonCode.MethodOverride, token.ClientId);
        }

        var match = Match(policy, context);
        if (!match.Found)
            return new Decision(null, match.Reason, token.ClientId);
        var reason = ReasonAgainst(policy, token, match.Operation.Index);
        return reason is null
            ? new Decision(new MarketplaceCaller(token.ClientId, match.Operation.Key, token.Id), null, token.ClientId, match.Operation.Key)
            : new Decision(null, reason, token.ClientId, match.Operation.Key);
    }

    /// <summary>The target as it was sent: the server's own path is decoded and cleaned, and would hide what it was.</summary>
    public static ReadOnlySpan<char> RawPath(HttpContext context) =>
        CanonicalPath.OfTarget(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private static OperationMatch Match(EnforcedPolicy policy, HttpContext context) =>
        policy.Operations.Match(context.Request.Method, RawPath(context));

    private string? ReasonAgainst(EnforcedPolicy policy, ServiceToken token, int operation)
    {
        if (!token.Operations.Contains(operation))
            return ReasonCode.OperationNotGranted;
        if (holder.IsTooOld || policy.Grants.Covers(token.ClientId, operation, time.GetUtcNow().ToUnixTimeSeconds()))
            return null;
        return ReasonCode.GrantEnded;
    }
}
