using System.Runtime.CompilerServices;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The decision about one request. Allowed: a caller and no reason. Refused: one reason. Let through in shadow mode: the reason for which it would have been refused.</summary>
internal readonly record struct Decision(
    MarketplaceCaller? Caller, string? Reason, string? ClientId = null, PolicyOperation? Operation = null, bool IsLetThrough = false)
{
    /// <summary>What the call has spent, or why it could not; no meter where nothing limits the grant.</summary>
    public Spending Spending { get; init; }

    public bool IsRefused => Reason is not null && !IsLetThrough;
}

/// <summary>
/// Allowed is what a good token carries and the newest policy still grants. The order of the questions is the order
/// of the reasons: token, its proof, method override, path, operation, grant, its plan. For a token seen before nothing is awaited.
/// </summary>
internal sealed class Authorizer(PolicyHolder holder, TokenReader tokens, Possession possession, Meters meters, TimeProvider time)
{
    private static readonly string[] OverrideHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    public ValueTask<Decision> DecideAsync(HttpContext context)
    {
        if (holder.Current is not { } policy)
            return ValueTask.FromResult(new Decision(null, ReasonCode.PolicyUnavailable));
        if (!TokenCredentials.TryRead(context.Request.Headers.Authorization, out var credentials, out var reason))
            return ValueTask.FromResult(OrLetThrough(policy, new Decision(null, reason), context));
        var reading = tokens.ReadAsync(credentials, policy.Audience);
        return reading.IsCompletedSuccessfully
            ? ValueTask.FromResult(OrLetThrough(policy, Decide(policy, reading.Result, credentials, context), context))
            : AwaitAsync(reading, credentials, context);
    }

    /// <summary>The target as it was sent: the server's own path is decoded and cleaned, and would hide what it was.</summary>
    public static ReadOnlySpan<char> RawPath(HttpContext context) =>
        CanonicalPath.OfTarget(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private async ValueTask<Decision> AwaitAsync(ValueTask<TokenReading> reading, TokenCredentials credentials, HttpContext context)
    {
        var read = await reading;
        // Keys were fetched, and in the meantime a grant may have been revoked.
        var policy = holder.Current!;
        return OrLetThrough(policy, Decide(policy, read, credentials, context), context);
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
        var reason = ReasonAgainst(policy, token, match.Operation.Index, out var meter);
        var spending = reason is null && meter is not null ? meters.Spend(meter) : default;
        reason ??= spending.Reason;
        return reason is null
            ? new Decision(token.CallerOf(match.Operation.Key), null, token.ClientId, match.Operation) { Spending = spending }
            : new Decision(new MarketplaceCaller(token.ClientId, match.Operation.Key, token.Id) { LetThrough = reason }, reason, token.ClientId, match.Operation) { Spending = spending };
    }

    /// <summary>
    /// Shadow mode turns a refusal into what is reported of it. Whoever came without a good token stays nobody; the
    /// endpoint is looked for all the same, since the owner must know what would be refused.
    /// </summary>
    private Decision OrLetThrough(EnforcedPolicy policy, Decision decision, HttpContext context)
    {
        if (decision.Reason is null)
            return decision;
        if (!policy.IsInShadow(time.GetUtcNow()))
            return decision with { Caller = null };
        var operation = decision.Operation ?? policy.Operations.Match(context.Request.Method, RawPath(context)).Operation;
        return decision with { IsLetThrough = true, Operation = operation };
    }

    private string? ReasonAgainst(EnforcedPolicy policy, VerifiedToken token, int operation, out Meter? meter)
    {
        meter = null;
        if (!token.Operations.Contains(operation))
            return IsSuspended(policy, token, operation) ? ReasonCode.GrantSuspended : ReasonCode.OperationNotGranted;
        if (!policy.Grants.Covers(token.ClientId, operation, time.GetUtcNow().ToUnixTimeSeconds(), out var limited))
            return holder.IsTooOld ? null : IsSuspended(policy, token, operation) ? ReasonCode.GrantSuspended : ReasonCode.GrantEnded;
        meter = policy.MeterOf(limited);
        return null;
    }

    /// <summary>Asked of refused calls alone; a policy that is too old says nothing of grants.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsSuspended(EnforcedPolicy policy, VerifiedToken token, int operation) =>
        !holder.IsTooOld && policy.Suspensions.Holds(token.ClientId, operation, time.GetUtcNow().ToUnixTimeSeconds());
}
