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
        IQueryable<AccessRequest> With(Expression<Func<AccessRequestItem, bool>> decidable) =>
            requests.Where(r => r.Status == RequestStatus.Pending && r.RequestedBy != me && r.Items.AsQueryable()
                .Where(i => i.Decision == Decision.Pending && !i.Approvals.Any(a => a.PersonId == me || a.OnBehalfOf == me))
                .Any(decidable));
        return Either(requests, authority, pendingOnly: true, With);
    }

    /// <summary>With an endpoint that is, or was, the actor's to decide.</summary>
    public static IQueryable<AccessRequest> DecidedBy(this IQueryable<AccessRequest> requests, Authority authority) =>
        Either(requests, authority, pendingOnly: false, decidable => requests.Where(r => r.Items.AsQueryable().Any(decidable)));

    /// <summary>One question for each of the two, so that the database can begin with the few that there are.</summary>
    private static IQueryable<AccessRequest> Either(
        IQueryable<AccessRequest> requests, Authority authority, bool pendingOnly, Func<Expression<Func<AccessRequestItem, bool>>, IQueryable<AccessRequest>> with)
    {
        if (authority.Roles.Length == 0)
            return with(Owned(authority, pendingOnly));
        if (authority.OwnLines.Length == 0)
            return with(ByRole(authority, pendingOnly));
        var either = with(ByRole(authority, pendingOnly)).Select(r => r.Id).Union(with(Owned(authority, pendingOnly)).Select(r => r.Id));
        return requests.Where(r => either.Contains(r.Id));
    }

    private static Expression<Func<AccessRequestItem, bool>> Owned(Authority authority, bool pendingOnly)
    {
        var lines = authority.OwnLines;
        return i => lines.Contains(i.ApiVersionId)
            && (!pendingOnly || i.Approvals.Any(a => a.Role == ApproverRole.Owner && a.Decision == Decision.Pending));
    }

    private static Expression<Func<AccessRequestItem, bool>> ByRole(Authority authority, bool pendingOnly)
    {
        var roles = authority.Roles;
        return i => i.Approvals.Any(a => (!pendingOnly || a.Decision == Decision.Pending) && roles.Contains(a.Role));
    }
}
