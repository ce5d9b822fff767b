using System.Linq.Expressions;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;

namespace Marketplace.Core.People;

/// <summary>Ownership as part of a query's WHERE: what is not yours is not found.</summary>
public static class TeamAccess
{
    public static IQueryable<Team> WithMember(this IQueryable<Team> teams, Actor actor) =>
        teams.Where(t => t.Memberships.Any(m => m.PersonId == actor.Id));

    public static IQueryable<Team> WithOwner(this IQueryable<Team> teams, Actor actor) =>
        teams.Where(t => t.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner));

    public static IQueryable<Application> WithMember(this IQueryable<Application> applications, Actor actor) =>
        applications.Where(a => a.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    public static IQueryable<Application> SeenBy(this IQueryable<Application> applications, Actor actor) =>
        actor.ReadsEverything ? applications : applications.WithMember(actor);

    public static IQueryable<Api> WithOwner(this IQueryable<Api> apis, Actor actor) =>
        apis.Where(a => a.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner));

    /// <summary>Requests with an endpoint of an API that the actor owns, decided or not.</summary>
    public static IQueryable<AccessRequest> DecidedBy(this IQueryable<AccessRequest> requests, Actor actor) =>
        requests.Where(r => r.Items.AsQueryable().Any(OwnsApi(actor)));

    /// <summary>Those of them where such an endpoint waits.</summary>
    public static IQueryable<AccessRequest> WaitingFor(this IQueryable<AccessRequest> requests, Actor actor) =>
        requests.Where(r => r.Status == RequestStatus.Pending && r.Items.AsQueryable().Where(i => i.Decision == Decision.Pending).Any(OwnsApi(actor)));

    public static IQueryable<AccessRequestItem> DecidedBy(this IQueryable<AccessRequestItem> items, Actor actor) => items.Where(OwnsApi(actor));

    /// <summary>All sides see the whole request: the team that asks and each team that is asked.</summary>
    public static IQueryable<AccessRequest> SeenBy(this IQueryable<AccessRequest> requests, Actor actor) =>
        actor.ReadsEverything
            ? requests
            : requests.Where(r => r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
                || r.Items.Any(i => i.Operation!.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id)));

    public static IQueryable<Grant> SeenBy(this IQueryable<Grant> grants, Actor actor) =>
        actor.ReadsEverything
            ? grants
            : grants.Where(g => g.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
                || g.Operation!.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    private static Expression<Func<AccessRequestItem, bool>> OwnsApi(Actor actor) =>
        i => i.Operation!.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner);
}
