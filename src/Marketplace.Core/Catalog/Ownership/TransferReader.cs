using Marketplace.Core.Access;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Ownership;

public sealed record OfferRow(string To, string ToTitle, string Note, string OfferedBy, DateTimeOffset OfferedAt);

/// <param name="Offer">Null when it is offered to nobody.</param>
/// <param name="PendingRequests">Those that the new owners will decide.</param>
/// <param name="MayOffer">The reader owns it.</param>
/// <param name="MayAnswer">It is offered to a team that the reader owns.</param>
/// <param name="MayMove">The reader is an administrator.</param>
public sealed record TransferDetails(
    string Api, string Title, string Team, string TeamTitle, OfferRow? Offer, int Versions, int Applications, int PendingRequests,
    bool MayOffer, bool MayAnswer, bool MayMove);

public sealed class TransferReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>For those who can do something about it; null for everybody else. The receiving owners see it though all of it may be drafts.</summary>
    public async Task<TransferDetails?> FindAsync(Actor actor, string api, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var isAdministrator = actor.IsAdministrator;
        // Ten thousand requests may wait: they are counted by the very lines, by a plan that knows how many these have.
        var lines = await db.ApiVersions.Where(v => v.Api!.Name == api).Select(v => v.Id).ToArrayAsync(cancellation);
        await using var planned = await db.PlanAnewAsync(cancellation);
        var found = await db.Apis.Where(a => a.Name == api).Select(a => new TransferDetails(
                a.Name, a.Title, a.Team!.Name, a.Team.Title,
                db.ApiTransfers.Where(t => t.ApiId == a.Id && t.Outcome == null)
                    .Select(t => new OfferRow(
                        t.ToTeam!.Name, t.ToTeam.Title, t.Note, db.People.Where(p => p.Id == t.OfferedBy).Select(p => p.DisplayName).Single(), t.OfferedAt))
                    .SingleOrDefault(),
                a.Versions.Count,
                db.Grants.Where(g => lines.Contains(g.ApiVersionId) && g.EndedAt == null && g.ValidUntil > now).Select(g => g.ApplicationId).Distinct().Count(),
                db.AccessRequests.Count(r => r.Status == RequestStatus.Pending && r.Items.Any(i => i.Decision == Decision.Pending && lines.Contains(i.ApiVersionId))),
                a.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
                db.ApiTransfers.Any(t => t.ApiId == a.Id && t.Outcome == null
                    && t.ToTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)),
                isAdministrator))
            .SingleOrDefaultAsync(cancellation);
        return found is { MayOffer: true } or { MayAnswer: true } or { MayMove: true } ? found : null;
    }
}
