using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Keys;

/// <param name="ReplacementAsked">Somebody has asked for its replacement, and the token plane has not done it yet.</param>
public sealed record SigningKeyView(
    string Kid, string Algorithm, SigningKeyState State, DateTimeOffset PublishedAt, DateTimeOffset? ActiveFrom, DateTimeOffset? RetiredAt,
    DateTimeOffset? GoneAt, bool ReplacementAsked);

/// <summary>The signing keys as anybody with a platform role may see them: nothing of what is sealed.</summary>
public sealed class SigningKeyReader(IDbContextFactory<MarketplaceDb> databases)
{
    private const int Shown = 100;

    /// <summary>The active one, those that may follow it, then those that were, the last first.</summary>
    public async Task<IReadOnlyList<SigningKeyView>> ListAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var keys = await db.SigningKeys
            .OrderByDescending(k => k.CreatedAt).Take(Shown)
            .Select(k => new SigningKeyView(
                k.Kid, k.Algorithm, k.State, k.CreatedAt, k.ActiveFrom, k.RetiredAt, k.GoneAt,
                db.KeyRotationRequests.Any(r => r.Kid == k.Kid && r.DoneAt == null)))
            .ToListAsync(cancellation);
        return [.. keys.OrderBy(k => k.State switch
        {
            SigningKeyState.Active => 0,
            SigningKeyState.Announced => 1,
            SigningKeyState.Standby => 2,
            SigningKeyState.Retired => 3,
            _ => 4,
        })];
    }
}
