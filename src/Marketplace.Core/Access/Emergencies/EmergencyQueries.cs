using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

internal static class EmergencyQueries
{
    /// <summary>Those by which something can be called now, or could if it were not suspended.</summary>
    public static IQueryable<Emergency> OpenAt(this IQueryable<Emergency> emergencies, MarketplaceDb db, DateTimeOffset now) =>
        emergencies.Where(e => e.Until > now && db.Grants.Any(g => g.EmergencyId == e.Id && g.EndedAt == null && g.ValidUntil > now));

    /// <summary>Platform roles see all; others those of their teams' applications and APIs.</summary>
    public static IQueryable<Emergency> SeenBy(this IQueryable<Emergency> emergencies, Actor actor) => actor.ReadsEverything
        ? emergencies
        : emergencies.Where(e => e.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id) || e.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    /// <summary>An owner of the API or a security officer, but nobody of the team that took it or has the application now.</summary>
    public static IQueryable<Emergency> ReviewableBy(this IQueryable<Emergency> emergencies, Actor actor)
    {
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        return emergencies.Where(e => e.TakenBy != actor.Id && !e.TakenWith.Contains(actor.Id) && !e.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
            && (isOfficer || e.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)));
    }

    /// <summary>Whoever may end its grants.</summary>
    public static IQueryable<Emergency> EndableBy(this IQueryable<Emergency> emergencies, Actor actor) => actor.Role is PlatformRole.SecurityOfficer
        ? emergencies
        : emergencies.Where(e => e.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id)
            || e.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner));
}
