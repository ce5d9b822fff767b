using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>Who is told that an approval waits, besides owners: security officers, administrators, and who stands in for somebody.</summary>
internal static class ApprovalNews
{
    public static async Task TellPlatformAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, Application application, CancellationToken cancellation)
    {
        foreach (var role in new[] { ApproverRole.SecurityOfficer, ApproverRole.Platform })
        {
            var endpoints = request.Items.Count(i => i.Approvals.Exists(a => a.Role == role && a.Decision == Decision.Pending));
            if (endpoints == 0)
                continue;
            await Inbox.TellAsync(
                db, now, actor,
                new(
                    NotificationKind.AccessRequested, $"{application.Name} asks for {(endpoints == 1 ? "1 endpoint" : $"{endpoints:N0} endpoints")} that {Approvers.Name(role)} approves",
                    $"In {request.Environment}, until {request.Until:yyyy-MM-dd}. An owner of the API decides, too; one \"no\" is enough.\n{request.Justification}", $"/requests/{request.Number}"),
                new() { People = await HoldersAsync(db, role, now, cancellation) }, cancellation);
        }
    }

    /// <summary>Those who hold a platform role, and who stands in for one of them.</summary>
    public static async Task<IReadOnlyCollection<Guid>> HoldersAsync(MarketplaceDb db, ApproverRole role, DateTimeOffset now, CancellationToken cancellation)
    {
        var wanted = role == ApproverRole.SecurityOfficer ? PlatformRole.SecurityOfficer : PlatformRole.Administrator;
        var holders = db.People.Where(p => p.PlatformRole == wanted && p.DisabledAt == null).Select(p => p.Id);
        return await holders.Union(StandIns(db, now).Where(a => holders.Contains(a.PersonId)
            && db.People.Any(p => p.Id == a.DelegateId && (p.PlatformRole == PlatformRole.SecurityOfficer || p.PlatformRole == PlatformRole.Administrator)))
            .Select(a => a.DelegateId)).ToListAsync(cancellation);
    }

    /// <summary>Members of the teams who stand in for an owner.</summary>
    public static async Task<IReadOnlyCollection<Guid>> StandInsOfOwnersAsync(
        MarketplaceDb db, IReadOnlyCollection<Guid> teams, DateTimeOffset now, CancellationToken cancellation) =>
        await StandIns(db, now)
            .Where(a => db.Memberships.Any(m => teams.Contains(m.TeamId) && m.PersonId == a.PersonId && m.Role == TeamRole.Owner
                && db.Memberships.Any(d => d.TeamId == m.TeamId && d.PersonId == a.DelegateId)))
            .Select(a => a.DelegateId).Distinct().ToListAsync(cancellation);

    private static IQueryable<Absences.Absence> StandIns(MarketplaceDb db, DateTimeOffset now) =>
        db.Absences.Where(a => a.EndedAt == null && a.From <= now && a.Until > now);
}
