using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Audit;

/// <summary>Platform roles read everything; others what they did themselves, and what anybody did to what their teams have.</summary>
internal static class AuditVisibility
{
    public static IQueryable<AuditEvent> SeenBy(this IQueryable<AuditEvent> events, MarketplaceDb db, Actor actor)
    {
        if (actor.ReadsEverything)
            return events;
        var teams = db.Teams.WithMember(actor).Select(t => t.Id.ToString());
        var applications = db.Applications.WithMember(actor).Select(a => a.Id.ToString());
        var apis = db.Apis.Where(a => a.Team!.Memberships.Any(m => m.PersonId == actor.Id)).Select(a => a.Id.ToString());
        var versions = db.ApiVersions.Where(v => v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id)).Select(v => v.Id.ToString());
        var requests = db.AccessRequests.SeenBy(actor).Select(r => r.Number.ToString());
        var grants = db.Grants.SeenBy(actor).Select(g => g.Id.ToString());
        return events.Where(e => e.ActorId == actor.Id
            || (e.SubjectKind == "team" && teams.Contains(e.SubjectId))
            || (e.SubjectKind == "application" && applications.Contains(e.SubjectId))
            || (e.SubjectKind == "api" && apis.Contains(e.SubjectId))
            || (e.SubjectKind == "api_version" && versions.Contains(e.SubjectId))
            || (e.SubjectKind == "access_request" && requests.Contains(e.SubjectId))
            || (e.SubjectKind == "grant" && grants.Contains(e.SubjectId)));
    }
}
