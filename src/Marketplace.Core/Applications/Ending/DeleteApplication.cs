using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ending;

/// <summary>
/// Ends an application for good with its grants, credentials, requests and tokens, in one transaction. Its row stays, for
/// all that tells of it, and says in its name that it is deleted, so that every list of the past does.
/// </summary>
public sealed class DeleteApplication(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const string Suffix = " (deleted)";

    /// <param name="name">The application's name, typed again.</param>
    public async Task<Outcome<ChangedGrants>> ExecuteAsync(Actor actor, string clientId, string name, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Nobody asks for more now, and whoever decides about a request of it is waited for or finds it withdrawn. A key is
        // left alone: whoever is waited for may be about to insert grants that point to it.
        await db.Database.ExecuteSqlAsync(
            $"""
            select 1 from application where client_id = {clientId} for no key update;
            select 1 from access_request r join application p on p.id = r.application_id where p.client_id = {clientId} and r.status = 'pending' order by r.number for update of r
            """, cancellation);
        var application = await db.Applications.Deletable(actor).Include(a => a.Team).SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        if (application is null)
            return new Problem(Problem.NotFound, "There is no such application that you may delete: owners of its team may.");
        var problems = new List<Problem>();
        if (name.Trim() != application.Name)
            problems.Add(new("name_differs", $"Type its name, {application.Name}, to say that you mean this one.", "name"));
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            problems.Add(new("reason_missing", "Say why in at most 2000 characters: the owners of what it calls will read it.", "reason"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var ids = await db.Grants.OpenAt(now).Where(g => g.ApplicationId == application.Id).Select(g => g.Id).ToArrayAsync(cancellation);
        var grants = await HeldGrants.TakeAsync(db, actor, ids, now, cancellation);
        var (before, told) = (application.Name, $"The application was deleted. {reason.Trim()}");
        var requests = await db.AccessRequests.Where(r => r.ApplicationId == application.Id && r.Status == RequestStatus.Pending)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Withdrawn).SetProperty(x => x.ClosedAt, now), cancellation);
        var credentials = await db.Credentials.Where(c => c.ApplicationId == application.Id && c.RevokedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.RevokedAt, now), cancellation);
        await db.ApplicationTransfers.Where(t => t.ApplicationId == application.Id && t.Outcome == null).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.Outcome, TransferOutcome.Cancelled).SetProperty(x => x.DecidedBy, actor.Id).SetProperty(x => x.DecidedAt, now), cancellation);
        (application.DeletedAt, application.DeletedBy) = (now, actor.Id);
        application.DisabledAt ??= now;
        application.Name = before + Suffix;
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ApplicationDeleted, $"{before} is deleted", $"By {actor.Name}, with {grants.Count:N0} grants and every credential.\nWhy: {reason.Trim()}", $"/applications/{clientId}"),
            new() { Teams = [application.TeamId] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "application.deleted", "application", application.Id.ToString(), clientId, reason.Trim(),
                new { before = new { name = before, team = application.Team!.Name, grants = grants.Count, credentials, requests }, after = new { deleted = now } }),
            cancellation);
        PolicyChangeDraft gone = new(PolicyChangeKind.Application, ApplicationId: application.Id);
        var revision = grants.Count > 0
            ? await EndGrants.EndAsync(db, actor, grants, null, told, now, [gone], cancellation)
            : await PolicyLog.AppendAsync(db, now, [gone], cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision);
    }
}
