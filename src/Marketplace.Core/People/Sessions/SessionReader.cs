using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

public sealed record SessionRow(
    Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string Source, string UserAgent, bool ByCompany);

/// <summary>Where a person is signed in; a session that nobody used for too long is not listed, whether or not it was ended yet.</summary>
public sealed class SessionReader(IDbContextFactory<MarketplaceDb> databases, SignInRules rules, TimeProvider clock)
{
    public async Task<Page<SessionRow>> ListAsync(Guid person, PageRequest page, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var idle = now - rules.Idle;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.PersonSessions
            .Where(s => s.PersonId == person && s.EndedAt == null && s.ExpiresAt > now && s.LastSeenAt > idle)
            .OrderByDescending(s => s.LastSeenAt).ThenBy(s => s.Id)
            .Select(s => new SessionRow(s.Id, s.CreatedAt, s.LastSeenAt, s.ExpiresAt, s.Source, s.UserAgent, s.Issuer != null))
            .ToPageAsync(page, cancellation);
    }
}
