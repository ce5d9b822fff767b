using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

public sealed record ApplicationRow(
    string ClientId, string Name, string Team, string TeamTitle, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, int OpenGrants, int PendingRequests);

public sealed record CredentialRow(
    Guid Id, CredentialKind Kind, string Label, string Hint, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt, KeySetRow? KeySet);

/// <param name="Keys">The usable keys as a JWK Set.</param>
public sealed record KeySetRow(
    string Url, string Keys, DateTimeOffset FetchedAt, DateTimeOffset CheckedAt, DateTimeOffset? FailingSince, string? Failure)
{
    public IReadOnlyList<string> KeyIds => KeySetFollower.KeyIds(Keys);
}

public sealed record ApplicationDetails(
    Guid Id, string ClientId, string Name, string Description, string Team, string TeamTitle, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt, bool MayChange, IReadOnlyList<CredentialRow> Credentials);

public sealed class ApplicationReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Those of the actor's teams; every one for platform roles.</summary>
    public async Task<Page<ApplicationRow>> ListAsync(Actor actor, string? text, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var applications = db.Applications.SeenBy(actor);
        if (!string.IsNullOrWhiteSpace(text))
        {
            var pattern = "%" + text.Trim().Replace("%", "\\%", StringComparison.Ordinal) + "%";
            applications = applications.Where(a => EF.Functions.ILike(a.Name, pattern) || EF.Functions.ILike(a.ClientId, pattern));
        }

        return await applications.OrderBy(a => a.Name).ThenBy(a => a.ClientId)
            .Select(a => new ApplicationRow(
                a.ClientId, a.Name, a.Team!.Name, a.Team.Title, a.CreatedAt, a.DisabledAt,
                db.Grants.Count(g => g.ApplicationId == a.Id && g.EndedAt == null && g.ValidUntil > now),
                db.AccessRequests.Count(r => r.ApplicationId == a.Id && r.Status == Access.RequestStatus.Pending)))
            .ToPageAsync(page, cancellation);
    }

    public async Task<ApplicationDetails?> FindAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Applications.SeenBy(actor).Where(a => a.ClientId == clientId)
            .Select(a => new ApplicationDetails(
                a.Id, a.ClientId, a.Name, a.Description, a.Team!.Name, a.Team.Title,
                db.People.Where(p => p.Id == a.CreatedBy).Select(p => p.DisplayName).Single(), a.CreatedAt, a.DisabledAt,
                a.Team.Memberships.Any(m => m.PersonId == actor.Id),
                a.Credentials.OrderByDescending(c => c.CreatedAt).Select(c => new CredentialRow(
                    c.Id, c.Kind, c.Label, c.Hint, db.People.Where(p => p.Id == c.CreatedBy).Select(p => p.DisplayName).Single(),
                    c.CreatedAt, c.ExpiresAt, c.RevokedAt, c.LastUsedAt,
                    c.KeySet == null ? null : new KeySetRow(
                        c.KeySet.Url, c.KeySet.Keys, c.KeySet.FetchedAt, c.KeySet.CheckedAt, c.KeySet.FailingSince, c.KeySet.Failure))).ToList()))
            .SingleOrDefaultAsync(cancellation);
    }
}
