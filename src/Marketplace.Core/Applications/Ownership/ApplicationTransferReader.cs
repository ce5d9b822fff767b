using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.Ownership;

/// <param name="Offer">Null when it is offered to nobody.</param>
/// <param name="Credentials">Those that work, and are known to the team that gives it away.</param>
/// <param name="MayOffer">The reader owns it.</param>
/// <param name="MayAnswer">It is offered to a team that the reader owns.</param>
/// <param name="MayMove">The reader is an administrator.</param>
public sealed record ApplicationTransferDetails(
    string ClientId, string Name, string Team, string TeamTitle, OfferRow? Offer, int Grants, int PendingRequests, int Credentials,
    bool MayOffer, bool MayAnswer, bool MayMove);

public sealed class ApplicationTransferReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>For those who can do something about it; null for everybody else.</summary>
    public async Task<ApplicationTransferDetails?> FindAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var isAdministrator = actor.IsAdministrator;
        var found = await db.Applications.Where(a => a.ClientId == clientId && a.DeletedAt == null).Select(a => new ApplicationTransferDetails(
                a.ClientId, a.Name, a.Team!.Name, a.Team.Title,
                db.ApplicationTransfers.Where(t => t.ApplicationId == a.Id && t.Outcome == null)
                    .Select(t => new OfferRow(
                        t.ToTeam!.Name, t.ToTeam.Title, t.Note, db.People.Where(p => p.Id == t.OfferedBy).Select(p => p.DisplayName).Single(), t.OfferedAt))
                    .SingleOrDefault(),
                db.Grants.Count(g => g.ApplicationId == a.Id && g.EndedAt == null && g.ValidUntil > now),
                db.AccessRequests.Count(r => r.ApplicationId == a.Id && r.Status == RequestStatus.Pending),
                a.Credentials.Count(c => c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now)),
                a.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
                db.ApplicationTransfers.Any(t => t.ApplicationId == a.Id && t.Outcome == null
                    && t.ToTeam!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)),
                isAdministrator))
            .SingleOrDefaultAsync(cancellation);
        return found is { MayOffer: true } or { MayAnswer: true } or { MayMove: true } ? found : null;
    }
}
