using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public sealed record AccessRequestRow(
    long Number, string Application, string ClientId, string ApplicationTeam, string Api, string ApiTitle, string Version, string Environment,
    RequestStatus Status, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset Until, int Operations, int Approved, int Denied);

public sealed record AccessRequestItemRow(
    string Operation, string Method, string Path, string Summary, bool Removed, Decision Decision, string? Reason, string? DecidedBy, DateTimeOffset? DecidedAt);

public sealed record AccessRequestDetails(
    AccessRequestRow Request, string Justification, string ApiTeam, string ApiTeamTitle, IReadOnlyList<string> Deciders,
    bool MayDecide, bool MayWithdraw, IReadOnlyList<AccessRequestItemRow> Items);

public sealed class AccessRequestReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Requests that wait for the actor: pending ones for APIs of the teams the actor owns, oldest first.</summary>
    public async Task<Page<AccessRequestRow>> InboxAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Rows(db, db.AccessRequests.DecidedBy(actor).Where(r => r.Status == RequestStatus.Pending).OrderBy(r => r.Number))
            .ToPageAsync(page, cancellation);
    }

    public async Task<int> InboxCountAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.AccessRequests.DecidedBy(actor).CountAsync(r => r.Status == RequestStatus.Pending, cancellation);
    }

    /// <summary>All that the actor may see, newest first; of one application or one status if given.</summary>
    public async Task<Page<AccessRequestRow>> ListAsync(
        Actor actor, string? clientId, RequestStatus? status, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var requests = db.AccessRequests.SeenBy(actor)
            .Where(r => (clientId == null || r.Application!.ClientId == clientId) && (status == null || r.Status == status));
        return await Rows(db, requests.OrderByDescending(r => r.Number)).ToPageAsync(page, cancellation);
    }

    public async Task<AccessRequestDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var requests = db.AccessRequests.SeenBy(actor).Where(r => r.Number == number);
        var row = await Rows(db, requests).SingleOrDefaultAsync(cancellation);
        if (row is null)
            return null;
        return await requests
            .Select(r => new AccessRequestDetails(
                row, r.Justification, r.ApiVersion!.Api!.Team!.Name, r.ApiVersion.Api.Team.Title,
                r.ApiVersion.Api.Team.Memberships.Where(m => m.Role == TeamRole.Owner && m.PersonId != r.RequestedBy)
                    .OrderBy(m => m.Person!.DisplayName).Select(m => m.Person!.DisplayName).ToList(),
                r.Status == RequestStatus.Pending && r.RequestedBy != actor.Id
                    && r.ApiVersion.Api.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
                r.Status == RequestStatus.Pending && r.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id),
                r.Items.OrderBy(i => i.Operation!.Path).ThenBy(i => i.Operation!.Method).Select(i => new AccessRequestItemRow(
                    i.Operation!.Key, i.Operation.Method, i.Operation.Path, i.Operation.Summary, i.Operation.RemovedIn != null, i.Decision, i.Reason,
                    db.People.Where(p => p.Id == i.DecidedBy).Select(p => p.DisplayName).SingleOrDefault(), i.DecidedAt)).ToList()))
            .SingleAsync(cancellation);
    }

    private static IQueryable<AccessRequestRow> Rows(MarketplaceDb db, IQueryable<AccessRequest> requests) =>
        requests.Select(r => new AccessRequestRow(
            r.Number, r.Application!.Name, r.Application.ClientId, r.Application.Team!.Title,
            r.ApiVersion!.Api!.Name, r.ApiVersion.Api.Title, r.ApiVersion.Version, r.Environment, r.Status,
            db.People.Where(p => p.Id == r.RequestedBy).Select(p => p.DisplayName).Single(), r.RequestedAt, r.Until,
            r.Items.Count, r.Items.Count(i => i.Decision == Decision.Approved), r.Items.Count(i => i.Decision == Decision.Denied)));
}
