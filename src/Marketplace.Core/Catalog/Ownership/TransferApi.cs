using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Ownership;

/// <summary>An owner offers an API to another team, one of whose owners takes it or not; an administrator may move it, and says why.</summary>
public sealed class TransferApi(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> OfferAsync(Actor actor, string name, string team, string note, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApiMove.LockAsync(db, name, cancellation);
        var api = await db.Apis.WithOwner(actor).Include(a => a.Team).SingleOrDefaultAsync(a => a.Name == name, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {name} that you may give away: only owners of its team may.");
        var (to, problems) = await TransferRules.OfferAsync(db, api.TeamId, team, note, await OpenAsync(db, api.Id, cancellation), cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var transfer = new ApiTransfer { ApiId = api.Id, FromTeamId = api.TeamId, ToTeamId = to!.Id, Note = note.Trim(), OfferedBy = actor.Id, OfferedAt = now };
        db.Add(transfer);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.TransferOffered, $"{api.Team!.Title} offers you the API {api.Title}",
                $"An owner of {to.Title} takes it or declines.{(transfer.Note.Length == 0 ? "" : $"\n{transfer.Note}")}", $"/apis/{name}/transfer"),
            new() { OwnersOfTeams = [to.Id] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("api.transfer_offered", "api", api.Id.ToString(), name, transfer.Note, new { team = api.Team.Name, before = new { offered_to = (string?)null }, after = new { offered_to = to.Name } }), cancellation);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>An owner of the receiving team answers.</summary>
    public async Task<Outcome<Guid>> AnswerAsync(Actor actor, string name, bool accept, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApiMove.LockAsync(db, name, cancellation);
        var transfer = await Open(db).SingleOrDefaultAsync(
            t => t.Api!.Name == name && t.ToTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner), cancellation);
        if (transfer is null)
            return new Problem(Problem.NotFound, $"No API {name} is offered to a team that you own.");
        var now = clock.GetUtcNow();
        transfer.Close(accept ? TransferOutcome.Accepted : TransferOutcome.Declined, actor, now);
        await db.SaveChangesAsync(cancellation);
        if (accept)
            await ApiMove.ExecuteAsync(db, actor, transfer.Api!, transfer.FromTeam!, transfer.ToTeam!, null, now, cancellation);
        else
            await EndAsync(db, actor, transfer, "api.transfer_declined", $"{transfer.ToTeam!.Title} does not take {transfer.Api!.Title}", [transfer.FromTeamId], now, cancellation);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>The team that offered takes it back.</summary>
    public async Task<Outcome<Guid>> CancelAsync(Actor actor, string name, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApiMove.LockAsync(db, name, cancellation);
        var transfer = await Open(db).SingleOrDefaultAsync(
            t => t.Api!.Name == name && t.FromTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner), cancellation);
        if (transfer is null)
            return new Problem(Problem.NotFound, $"Your team has not offered {name} to anybody.");
        var now = clock.GetUtcNow();
        transfer.Close(TransferOutcome.Cancelled, actor, now);
        await db.SaveChangesAsync(cancellation);
        await EndAsync(db, actor, transfer, "api.transfer_cancelled", $"{transfer.FromTeam!.Title} keeps {transfer.Api!.Title}", [transfer.ToTeamId], now, cancellation);
        await transaction.CommitAsync(cancellation);
        return transfer.Id;
    }

    /// <summary>An administrator moves it at once: a team may have nobody left who could offer it.</summary>
    public async Task<Outcome<Guid>> MoveAsync(Actor actor, string name, string team, string reason, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator moves an API without the receiving team; ask one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ApiMove.LockAsync(db, name, cancellation);
        var api = await db.Apis.Include(a => a.Team).SingleOrDefaultAsync(a => a.Name == name, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {name}.");
        var (to, problems) = await TransferRules.MoveAsync(db, actor, api.TeamId, team, reason, cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        if (await OpenAsync(db, api.Id, cancellation) is { } other)
            other.Close(TransferOutcome.Superseded, actor, now);
        await ApiMove.ExecuteAsync(db, actor, api, api.Team!, to!, reason.Trim(), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return api.Id;
    }

    private static IQueryable<ApiTransfer> Open(MarketplaceDb db) =>
        db.ApiTransfers.Include(t => t.Api).Include(t => t.FromTeam).Include(t => t.ToTeam).Where(t => t.Outcome == null);

    private static Task<ApiTransfer?> OpenAsync(MarketplaceDb db, Guid api, CancellationToken cancellation) =>
        Open(db).SingleOrDefaultAsync(t => t.ApiId == api, cancellation);

    private static async Task EndAsync(
        MarketplaceDb db, Actor actor, ApiTransfer transfer, string action, string subject, IReadOnlyCollection<Guid> owners, DateTimeOffset now, CancellationToken cancellation)
    {
        await Inbox.TellAsync(
            db, now, actor, new(NotificationKind.TransferDecided, subject, $"It stays with {transfer.FromTeam!.Title}.", $"/apis/{transfer.Api!.Name}"),
            new() { OwnersOfTeams = owners }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(action, "api", transfer.ApiId.ToString(), transfer.Api.Name, null, new { team = transfer.FromTeam.Name, before = new { offered_to = transfer.ToTeam!.Name }, after = new { offered_to = (string?)null } }),
            cancellation);
    }
}
