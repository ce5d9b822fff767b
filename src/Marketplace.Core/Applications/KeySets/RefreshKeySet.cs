using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.KeySets;

/// <summary>Has a key set fetched before its time, such as when its server has been mended. It happens within seconds, and not more often than <see cref="KeySetTimes.Asked"/>.</summary>
public sealed class RefreshKeySet(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<Guid>> ExecuteAsync(Actor actor, string clientId, Guid credentialId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == clientId, cancellation);
        var asked = application is null ? 0 : await db.KeySets
            .Where(s => s.CredentialId == credentialId
                && db.Credentials.Any(c => c.Id == credentialId && c.ApplicationId == application.Id && c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now)))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.AskedAt, now), cancellation);
        return asked == 0 ? new Problem(Problem.NotFound, "There is no such key set in use of your teams.") : credentialId;
    }
}
