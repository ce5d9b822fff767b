using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

/// <summary>
/// Stops an application with everything of it: no credential gets it a token, data planes refuse the tokens it has, since
/// a disabled application's grants are in no snapshot, and its instances are in no list. Any member of its team stops it,
/// and a security officer. That it goes on takes a security officer or, where none stopped it, two members of the team.
/// </summary>
public sealed class DisableApplication(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>How long somebody's wish to let it go on waits for another's.</summary>
    public static readonly TimeSpan WishHolds = TimeSpan.FromHours(24);

    /// <returns>The policy revision; 0 where the wish to go on waits for another member's.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, string clientId, bool disable, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {clientId} for update", cancellation);
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        var applications = isOfficer ? db.Applications : db.Applications.WithMember(actor);
        var application = await applications.SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        if (application is null)
            return new Problem(Problem.NotFound, "There is no such application that you may change.");
        if (application.DeletedAt is not null)
            return new Problem(Problem.Conflict, $"{application.Name} is deleted; register another one.");
        // What its team stopped, two of them would let go on: an officer may make it theirs.
        var takesOver = disable && isOfficer && application is { DisabledAt: not null, DisabledAs: not GrantParty.SecurityOfficer };
        if (application.DisabledAt is not null == disable && !takesOver)
            return new Problem(Problem.Conflict, $"{application.Name} is {(disable ? "disabled" : "enabled")} already.");
        if (!disable && !isOfficer && application.DisabledAs is GrantParty.SecurityOfficer)
            return new Problem(Problem.Forbidden, "A security officer stopped it; ask one to let it go on.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters.", "reason");

        var now = clock.GetUtcNow();
        var waits = !disable && !isOfficer && !(application.ResumeAskedBy is { } asked && asked != actor.Id && application.ResumeAskedAt > now - WishHolds);
        if (waits && application.ResumeAskedBy == actor.Id && application.ResumeAskedAt > now - WishHolds)
            return new Problem("already_asked", "You asked for it already; another member of the team or a security officer confirms it.");
        if (waits)
            (application.ResumeAskedBy, application.ResumeAskedAt) = (actor.Id, now);
        else
        {
            application.DisabledAt = disable ? application.DisabledAt ?? now : null;
            application.DisabledBy = disable ? actor.Id : null;
            application.DisabledAs = disable ? (isOfficer ? GrantParty.SecurityOfficer : GrantParty.Team) : null;
            application.DisabledReason = disable ? reason.Trim() : null;
            (application.ResumeAskedBy, application.ResumeAskedAt) = (null, null);
        }

        await db.SaveChangesAsync(cancellation);
        await TellAsync(db, now, actor, application, disable, waits, reason.Trim(), cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                waits ? "application.resume_asked" : disable ? "application.disabled" : "application.enabled", "application", application.Id.ToString(), clientId, reason.Trim(),
                new { before = new { stopped = !disable || takesOver }, after = new { stopped = disable || waits } }),
            cancellation);
        var revision = waits ? 0 : await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return revision;
    }

    private static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Application application, bool disable, bool waits, string reason, CancellationToken cancellation)
    {
        var (what, means) = (disable, waits) switch
        {
            (true, _) => ("is stopped", "It gets no tokens, data planes refuse those it has, and nobody finds its instances."),
            (_, true) => ("is to go on", $"{actor.Name} asked for it. Another member of the team or a security officer confirms it within 24 hours."),
            _ => ("goes on", "Its grants hold again, as far as they have not ended."),
        };
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ApplicationStopped, $"{application.Name} {what}", $"{means}\nWhy: {reason}", $"/applications/{application.ClientId}/stop"),
            new() { Teams = [application.TeamId] }, cancellation);
        if (waits)
            return;
        // The owners of what it calls see it in their dashboards; they learn here that it is no outage.
        var owners = await db.Grants.OpenAt(now).Where(g => g.ApplicationId == application.Id && g.Operation!.ApiVersion!.Api!.TeamId != application.TeamId)
            .Select(g => g.Operation!.ApiVersion!.Api!.TeamId).Distinct().ToArrayAsync(cancellation);
        var officers = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer);
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.ApplicationStopped, $"{application.Name}, which may call your APIs, {what}", $"{means}\nWhy: {reason}", "/inbox"),
            new() { OwnersOfTeams = owners }, cancellation);
        await Inbox.TellAsync(
            db, now, actor, new(NotificationKind.ApplicationStopped, $"{application.Name} {what}", $"By {actor.Name}.\nWhy: {reason}", $"/applications/{application.ClientId}/stop"),
            new() { People = officers }, cancellation);
    }
}
