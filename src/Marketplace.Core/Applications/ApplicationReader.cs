using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

public sealed record ApplicationRow(
    string ClientId, string Name, string Team, string TeamTitle, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, int OpenGrants, int PendingRequests);

public sealed record CredentialRow(
    Guid Id, CredentialKind Kind, string Label, string Hint, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt, KeySetRow? KeySet, string? Environment);

/// <param name="Keys">The usable keys as a JWK Set.</param>
public sealed record KeySetRow(
    string Url, string Keys, DateTimeOffset FetchedAt, DateTimeOffset CheckedAt, DateTimeOffset? FailingSince, string? Failure)
{
    public IReadOnlyList<string> KeyIds => KeySetFollower.KeyIds(Keys);
}

public sealed record ApplicationDetails(
    Guid Id, string ClientId, string Name, string Description, string Team, string TeamTitle, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt, bool MayChange, IReadOnlyList<CredentialRow> Credentials)
{
    /// <summary>Null unless it is stopped.</summary>
    public ApplicationStop? Stop { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public string? DeletedBy { get; init; }

    /// <summary>An owner of its team may give it away and delete it.</summary>
    public bool MayDelete { get; init; }

    /// <summary>The team that it is offered to.</summary>
    public string? OfferedTo { get; init; }
}

/// <param name="By">Who stopped it; null for one that was stopped before this was recorded.</param>
/// <param name="AskedBy">Who of the team asked to let it go on.</param>
/// <param name="MayResume">The reader lets it go on, at once or as the second of two.</param>
/// <param name="NeedsAnother">The reader's wish waits for another member's.</param>
public sealed record ApplicationStop(
    DateTimeOffset At, string? By, GrantParty? As, string? Reason, string? AskedBy, DateTimeOffset? AskedAt, bool MayResume, bool NeedsAnother);

public sealed class ApplicationReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Those of the actor's teams; every one for platform roles. Deleted ones are a list of their own.</summary>
    public async Task<Page<ApplicationRow>> ListAsync(Actor actor, string? text, PageRequest page, CancellationToken cancellation, bool deleted = false)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var applications = db.Applications.SeenBy(actor).Where(a => deleted == (a.DeletedAt != null));
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
        var isOfficer = actor.Role is PlatformRole.SecurityOfficer;
        return await db.Applications.SeenBy(actor).Where(a => a.ClientId == clientId)
            .Select(a => new ApplicationDetails(
                a.Id, a.ClientId, a.Name, a.Description, a.Team!.Name, a.Team.Title,
                db.People.Where(p => p.Id == a.CreatedBy).Select(p => p.DisplayName).Single(), a.CreatedAt, a.DisabledAt,
                a.DeletedAt == null && a.Team.Memberships.Any(m => m.PersonId == actor.Id),
                a.Credentials.OrderByDescending(c => c.CreatedAt).Select(c => new CredentialRow(
                    c.Id, c.Kind, c.Label, c.Hint, db.People.Where(p => p.Id == c.CreatedBy).Select(p => p.DisplayName).Single(),
                    c.CreatedAt, c.ExpiresAt, c.RevokedAt, c.LastUsedAt,
                    c.KeySet == null ? null : new KeySetRow(
                        c.KeySet.Url, c.KeySet.Keys, c.KeySet.FetchedAt, c.KeySet.CheckedAt, c.KeySet.FailingSince, c.KeySet.Failure), c.Environment)).ToList())
            {
                Stop = a.DisabledAt == null || a.DeletedAt != null ? null : new ApplicationStop(
                    a.DisabledAt.Value, db.People.Where(p => p.Id == a.DisabledBy).Select(p => p.DisplayName).SingleOrDefault(), a.DisabledAs, a.DisabledReason,
                    db.People.Where(p => p.Id == a.ResumeAskedBy).Select(p => p.DisplayName).SingleOrDefault(), a.ResumeAskedAt,
                    isOfficer || (a.DisabledAs != GrantParty.SecurityOfficer && a.Team.Memberships.Any(m => m.PersonId == actor.Id)),
                    !isOfficer && a.ResumeAskedBy == actor.Id),
                DeletedAt = a.DeletedAt,
                DeletedBy = db.People.Where(p => p.Id == a.DeletedBy).Select(p => p.DisplayName).SingleOrDefault(),
                MayDelete = a.DeletedAt == null && a.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
                OfferedTo = db.ApplicationTransfers.Where(t => t.ApplicationId == a.Id && t.Outcome == null).Select(t => t.ToTeam!.Title).SingleOrDefault(),
            })
            .SingleOrDefaultAsync(cancellation);
    }
}
