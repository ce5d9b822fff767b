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

    /// <summary>All sides see the whole request: the team that asks and each team that is asked.</summary>
    public static IQueryable<AccessRequest> SeenBy(this IQueryable<AccessRequest> requests, Actor actor) =>
        actor.ReadsEverything
            ? requests
            : requests.Where(r => r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
                || r.Items.Any(i => i.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id)));

    public static IQueryable<Grant> SeenBy(this IQueryable<Grant> grants, Actor actor) =>
        actor.ReadsEverything
            ? grants
            : grants.Where(g => g.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
                || g.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));
}
