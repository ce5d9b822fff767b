using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Accounts;

/// <param name="Team">Its name.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Role">What counts.</param>
/// <param name="ByGroup">Whether a group gives it, or a part of it.</param>
public sealed record PersonTeam(string Team, string Title, TeamRole Role, bool ByGroup);

public sealed record PersonIdentityRow(string Issuer, string Subject, string? Email, DateTimeOffset LinkedAt, DateTimeOffset? LastSignInAt, IReadOnlyList<string> Groups);

public sealed record PersonDetails(
    Guid Id, string UserName, string DisplayName, string? Email, PlatformRole? Role, PlatformRole? RoleByHand, PlatformRole? RoleByGroup, bool HasPassword,
    DateTimeOffset? DisabledAt, DateTimeOffset? LockedUntil, DateTimeOffset CreatedAt, int Tokens,
    IReadOnlyList<PersonTeam> Teams, IReadOnlyList<PersonIdentityRow> Identities);

/// <summary>One account: one's own, or anybody's for platform roles.</summary>
public sealed class PersonReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <param name="actor">Who asks.</param>
    /// <param name="userName">Null: the actor's own.</param>
    /// <param name="cancellation">When nobody waits any more.</param>
    public async Task<PersonDetails?> FindAsync(Actor actor, string? userName, CancellationToken cancellation)
    {
        var normalized = userName?.ToUpperInvariant();
        var everybody = actor.ReadsEverything;
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.People.AsSplitQuery()
            .Where(p => normalized == null ? p.Id == actor.Id : p.NormalizedUserName == normalized && (everybody || p.Id == actor.Id))
            .Select(p => new PersonDetails(
                p.Id, p.UserName, p.DisplayName, p.Email, p.PlatformRole,
                p.PlatformRoleByGroup == null ? p.PlatformRole : p.PlatformRoleByHand, p.PlatformRoleByGroup,
                p.PasswordHash != null, p.DisabledAt, p.LockoutEnd > now ? p.LockoutEnd : null, p.CreatedAt,
                db.PersonalAccessTokens.Count(t => t.PersonId == p.Id && t.RevokedAt == null && t.ExpiresAt > now),
                p.Memberships.OrderBy(m => m.Team!.Title).Select(m => new PersonTeam(m.Team!.Name, m.Team.Title, m.Role, m.RoleByGroup != null)).ToList(),
                db.PersonIdentities.Where(i => i.PersonId == p.Id).OrderBy(i => i.LinkedAt)
                    .Select(i => new PersonIdentityRow(i.Issuer, i.Subject, i.Email, i.LinkedAt, i.LastSignInAt, i.Groups)).ToList()))
            .SingleOrDefaultAsync(cancellation);
    }
}
