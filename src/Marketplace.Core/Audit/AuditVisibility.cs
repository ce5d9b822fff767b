using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Audit;

/// <summary>
/// Platform roles read everything; others what they did themselves, and what anybody did to what their teams have, or
/// had when it was done.
/// </summary>
internal static class AuditVisibility
{
    public static IQueryable<AuditEvent> SeenBy(this IQueryable<AuditEvent> events, MarketplaceDb db, Actor actor)
    {
        if (actor.ReadsEverything)
            return events;
        var teams = db.Memberships.Where(m => m.PersonId == actor.Id).Select(m => m.TeamId);
        var apis = db.Apis.Where(a => teams.Contains(a.TeamId)).Select(a => a.Id);
        var applications = db.Applications.Where(a => teams.Contains(a.TeamId)).Select(a => a.Id);
        return events.Where(e => e.ActorId == actor.Id
            || db.AuditAbouts.Any(a => a.Sequence == e.Sequence
                && ((a.Kind == "team" && teams.Contains(a.Id))
                    || (a.Kind == "api" && apis.Contains(a.Id))
                    || (a.Kind == "application" && applications.Contains(a.Id)))));
    }
}
