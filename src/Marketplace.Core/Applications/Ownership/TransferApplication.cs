using Marketplace.Core.Applications.Ending;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ownership;

/// <summary>An owner offers an application to another team, one of whose owners takes it or not; an administrator may move it, and says why.</summary>
public sealed class TransferApplication(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> OfferAsync(Actor actor, string clientId, string team, string note, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApplicationMove.LockAsync(db, clientId, cancellation);
        var application = await db.Applications.Deletable(actor).Include(a => a.Team).SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        if (application is null)
            return new Problem(Problem.NotFound, "There is no such application that you may give away: only owners of its team may.");
        var (to, problems) = await TransferRules.OfferAsync(db, application.TeamId, team, note, await OpenAsync(db, application.Id, cancellation), cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var transfer = new ApplicationTransfer
        {
            ApplicationId = application.Id,
            FromTeamId = application.TeamId,
            ToTeamId = to!.Id,
            Note = note.Trim(),
            OfferedBy = actor.Id,
            OfferedAt = now,
        };
        db.Add(transfer);
        await db.SaveChangesAsync(cancellation);
        await TellAsync(
            db, actor, transfer, application, "application.transfer_offered", NotificationKind.TransferOffered, $"{application.Team!.Title} offers you the application {application.Name}",
            $"An owner of {to.Title} takes it or declines.{(transfer.Note.Length == 0 ? "" : $"\n{transfer.Note}")}", to, (application.Team, to), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>An owner of the receiving team answers.</summary>
    public async Task<Outcome<Guid>> AnswerAsync(Actor actor, string clientId, bool accept, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApplicationMove.LockAsync(db, clientId, cancellation);
        var transfer = await Open(db).SingleOrDefaultAsync(
            t => t.Application!.ClientId == clientId && t.ToTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner), cancellation);
        if (transfer is null)
            return new Problem(Problem.NotFound, "No such application is offered to a team that you own.");
        var now = clock.GetUtcNow();
        transfer.Close(accept ? TransferOutcome.Accepted : TransferOutcome.Declined, actor, now);
        await db.SaveChangesAsync(cancellation);
        if (!accept)
            await TellAsync(
                db, actor, transfer, transfer.Application!, "application.transfer_declined", NotificationKind.TransferDecided,
                $"{transfer.ToTeam!.Title} does not take {transfer.Application!.Name}", $"It stays with {transfer.FromTeam!.Title}.", transfer.FromTeam, (transfer.FromTeam, transfer.ToTeam), now, cancellation);
        else if (await ApplicationMove.ExecuteAsync(db, actor, transfer.Application!, transfer.FromTeam!, transfer.ToTeam!, null, now, cancellation) is { Count: > 0 } problems)
            return new List<Problem>(problems);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>The team that offered takes it back.</summary>
    public async Task<Outcome<Guid>> CancelAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApplicationMove.LockAsync(db, clientId, cancellation);
        var transfer = await Open(db).SingleOrDefaultAsync(
            t => t.Application!.ClientId == clientId && t.FromTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner), cancellation);
        if (transfer is null)
            return new Problem(Problem.NotFound, "Your team has not offered this application to anybody.");
        var now = clock.GetUtcNow();
        transfer.Close(TransferOutcome.Cancelled, actor, now);
        await db.SaveChangesAsync(cancellation);
        await TellAsync(
            db, actor, transfer, transfer.Application!, "application.transfer_cancelled", NotificationKind.TransferDecided,
            $"{transfer.FromTeam!.Title} keeps {transfer.Application!.Name}", $"It stays with {transfer.FromTeam.Title}.", transfer.ToTeam!, (transfer.FromTeam, transfer.ToTeam!), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>An administrator moves it at once: a team may have nobody left who could offer it.</summary>
    public async Task<Outcome<Guid>> MoveAsync(Actor actor, string clientId, string team, string reason, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator moves an application without the receiving team; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApplicationMove.LockAsync(db, clientId, cancellation);
        var application = await db.Applications.Include(a => a.Team).SingleOrDefaultAsync(a => a.ClientId == clientId && a.DeletedAt == null, cancellation);
        if (application is null)
            return new Problem(Problem.NotFound, "There is no such application.");
        var (to, problems) = await TransferRules.MoveAsync(db, actor, application.TeamId, team, reason, cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        if (await OpenAsync(db, application.Id, cancellation) is { } other)
            other.Close(TransferOutcome.Superseded, actor, now);
        if (await ApplicationMove.ExecuteAsync(db, actor, application, application.Team!, to!, reason.Trim(), now, cancellation) is { Count: > 0 } refused)
            return new List<Problem>(refused);
        await transaction.CommitAsync(cancellation);
        return application.Id;
    }

    private static IQueryable<ApplicationTransfer> Open(MarketplaceDb db) =>
        db.ApplicationTransfers.Include(t => t.Application).Include(t => t.FromTeam).Include(t => t.ToTeam).Where(t => t.Outcome == null);

    private static Task<ApplicationTransfer?> OpenAsync(MarketplaceDb db, Guid application, CancellationToken cancellation) =>
        Open(db).SingleOrDefaultAsync(t => t.ApplicationId == application, cancellation);

    private static async Task TellAsync(
        MarketplaceDb db, Actor actor, ApplicationTransfer transfer, Application application, string action, string kind, string subject, string text, Team told,
        (Team From, Team To) teams, DateTimeOffset now, CancellationToken cancellation)
    {
        await Inbox.TellAsync(db, now, actor, new(kind, subject, text, $"/applications/{application.ClientId}/transfer"), new() { OwnersOfTeams = [told.Id] }, cancellation);
        var (before, after) = transfer.Outcome is null ? ((string?)null, (string?)teams.To.Name) : (teams.To.Name, null);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                action, "application", application.Id.ToString(), application.ClientId, transfer.Note.Length == 0 ? null : transfer.Note,
                new { team = teams.From.Name, before = new { offered_to = before }, after = new { offered_to = after } }),
            cancellation);
    }
}
