using System.Linq.Expressions;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>Whose word a request waits for, as part of a query's WHERE.</summary>
internal static class WaitingRequests
{
    /// <summary>With an endpoint that the actor can decide now.</summary>
    public static IQueryable<AccessRequest> WaitingFor(this IQueryable<AccessRequest> requests, Authority authority)
    {
        var me = authority.Actor.Id;
        return requests.Where(r => r.Status == RequestStatus.Pending && r.RequestedBy != me && r.Items.AsQueryable()
            .Where(i => i.Decision == Decision.Pending && !i.Approvals.Any(a => a.PersonId == me || a.OnBehalfOf == me))
            .Any(Decidable(authority, pendingOnly: true)));
    }

    /// <summary>With an endpoint that is, or was, the actor's to decide.</summary>
    public static IQueryable<AccessRequest> DecidedBy(this IQueryable<AccessRequest> requests, Authority authority) =>
        requests.Where(r => r.Items.AsQueryable().Any(Decidable(authority, pendingOnly: false)));

    private static Expression<Func<AccessRequestItem, bool>> Decidable(Authority authority, bool pendingOnly)
    {
        var (me, away, officer, platform) = (authority.Actor.Id, authority.AwayIds, authority.IsOfficer, authority.IsPlatform);
        if (away.Length == 0 && !officer && !platform)
        {
            var lines = authority.OwnLines;
            return i => lines.Contains(i.ApiVersionId)
                && (!pendingOnly || i.Approvals.Any(a => a.Role == ApproverRole.Owner && a.Decision == Decision.Pending));
        }
        return i => i.Approvals.Any(a => (!pendingOnly || a.Decision == Decision.Pending) && (
                (officer && a.Role == ApproverRole.SecurityOfficer)
                || (platform && a.Role == ApproverRole.Platform)
                || (a.Role == ApproverRole.Owner && i.Operation!.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == me)
                    && i.Operation.ApiVersion.Api.Team.Memberships.Any(m => m.Role == TeamRole.Owner && (m.PersonId == me || away.Contains(m.PersonId))))));
    }
}
