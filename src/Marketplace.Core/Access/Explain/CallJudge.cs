using Marketplace.Contracts.Policy;
using Marketplace.Core.Catalog;

namespace Marketplace.Core.Access.Explain;

/// <summary>A reason, or null for allowed; the fact behind it; the grant that it is about.</summary>
internal readonly record struct Verdict(string? Reason, CallCause Cause, AskedGrant? Grant = null);

/// <summary>
/// The data planes' decision from what the database says: the token, its proof, the path, the operation, the grant, its
/// plan, in this order. Without a token, that of one which carries whatever was granted by then.
/// </summary>
internal static class CallJudge
{
    public static Verdict Of(CallFacts facts, DateTimeOffset at)
    {
        if (facts.Token?.ReasonAgainst(facts.Line.Audience, facts.Line.Environment, at) is { } bad)
            return new(bad, CallCause.TokenBad);
        if (facts.Token?.Bound is { } bound && !facts.Proven)
            return new(bound, CallCause.TokenUnproven);
        if (!facts.Match.Found)
            return new(facts.Match.Reason, facts.Match.Reason == ReasonCode.PathNotCanonical ? CallCause.PathUnreadable : facts.WasRemoved ? CallCause.EndpointRemoved : CallCause.NoSuchEndpoint);

        var grants = facts.Grants.Where(g => g.GrantedAt <= at).ToList();
        var counts = facts.Line.CarriesGrants(at) && !facts.Application.IsStopped(at);
        var standing = counts ? grants.Find(g => g.Stands(at)) : null;
        // Whether a token carries it or not: while it is set aside none is issued that does.
        if (counts && standing is null && grants.Find(g => g.IsHeld(at)) is { } held)
            return new(ReasonCode.GrantSuspended, CallCause.Suspended, held);
        if (facts.Token is { } token ? !token.Operations.Contains(facts.Match.Operation.Index) : grants.Count == 0)
            return NotCarried(facts, standing, grants, at);
        if (standing is null)
            return new(ReasonCode.GrantEnded, WhyNot(facts, grants.FirstOrDefault(), at), grants.FirstOrDefault());
        return standing.IsSpent(at) ? new(ReasonCode.QuotaExceeded, CallCause.QuotaSpent, standing) : new(null, CallCause.Granted, standing);
    }

    private static Verdict NotCarried(CallFacts facts, AskedGrant? standing, List<AskedGrant> grants, DateTimeOffset at)
    {
        // What was granted after the call shows what changed since.
        if ((standing ?? facts.Grants.FirstOrDefault(g => g.GrantedAt > at)) is { } grant)
            return new(ReasonCode.OperationNotGranted, facts.Token?.IssuedAt is { } issued && grant.GrantedAt <= issued ? CallCause.TokenNarrowed : CallCause.GrantedSince, grant);
        var last = grants.FirstOrDefault();
        return new(ReasonCode.OperationNotGranted, last is null ? CallCause.NeverGranted : WhyNot(facts, last, at), last);
    }

    private static CallCause WhyNot(CallFacts facts, AskedGrant? grant, DateTimeOffset at) =>
        facts.Application.IsStopped(at) ? facts.Application.DeletedAt <= at ? CallCause.ApplicationDeleted : CallCause.ApplicationStopped
        : !facts.Line.CarriesGrants(at) ? facts.Line.Lifecycle == Lifecycle.Draft ? CallCause.LineDraft : CallCause.LineRetired
        : grant is null ? CallCause.NeverGranted
        : grant.EndedAt <= at ? grant.EndKind switch
        {
            GrantEnd.Retired => CallCause.LineRetired,
            GrantEnd.Superseded => CallCause.Superseded,
            _ => CallCause.Revoked,
        }
        : grant.IsHeld(at) ? CallCause.Suspended
        : grant.ValidFrom > at ? CallCause.NotBegun
        : grant.EndSetAt is not null ? CallCause.Revoked
        : CallCause.Expired;
}
