using Marketplace.Core.Access;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <summary>
/// What belongs to the actor's teams, looked up before a list is asked for: with the very keys the database finds the rows
/// by index, however many others have, and knows how many it will find.
/// </summary>
internal sealed record TeamReach(Guid[] Applications, Guid[] Lines)
{
    /// <summary>Null for those who read everything.</summary>
    public static async Task<TeamReach?> OfAsync(MarketplaceDb db, Actor actor, CancellationToken cancellation)
    {
        if (actor.ReadsEverything)
            return null;
        var teams = db.Memberships.Where(m => m.PersonId == actor.Id).Select(m => m.TeamId);
        return new(
            await db.Applications.Where(a => teams.Contains(a.TeamId)).Select(a => a.Id).ToArrayAsync(cancellation),
            await db.ApiVersions.Where(v => teams.Contains(v.Api!.TeamId)).Select(v => v.Id).ToArrayAsync(cancellation));
    }
}

internal static class TeamReaches
{
    /// <summary>As <see cref="TeamAccess.SeenBy(IQueryable{AccessRequest}, Actor)"/>, for lists.</summary>
    public static IQueryable<AccessRequest> Within(this IQueryable<AccessRequest> requests, TeamReach? reach) =>
        reach is not var (applications, lines)
            ? requests
            : requests.Where(r => applications.Contains(r.ApplicationId) || r.Items.Any(i => lines.Contains(i.ApiVersionId)));

    /// <summary>As <see cref="TeamAccess.SeenBy(IQueryable{Grant}, Actor)"/>, for lists.</summary>
    public static IQueryable<Grant> Within(this IQueryable<Grant> grants, TeamReach? reach) =>
        reach is not var (applications, lines) ? grants : grants.Where(g => applications.Contains(g.ApplicationId) || lines.Contains(g.ApiVersionId));
}
