using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Keys;

/// <param name="Reason">Why, for the audit trail.</param>
/// <param name="Compromised">The active key is known to somebody else: what it signed is refused, whatever that stops.</param>
public sealed record KeyRotationInput(string Reason, bool Compromised);

/// <summary>Asks for another signing key before its time. Only the token plane may write keys; it hears of this within seconds.</summary>
public sealed class RequestKeyRotation(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<KeyRotationRequest>> ExecuteAsync(Actor actor, KeyRotationInput input, CancellationToken cancellation)
    {
        if (actor.Role is not (PlatformRole.Administrator or PlatformRole.SecurityOfficer))
            return new Problem(Problem.Forbidden, "Only an administrator or a security officer replaces the signing key.");
        if (string.IsNullOrWhiteSpace(input.Reason) || input.Reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters.", "reason");

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var kid = await db.SigningKeys.Where(k => k.State == SigningKeyState.Active).Select(k => k.Kid).SingleOrDefaultAsync(cancellation);
        if (kid is null)
            return new Problem(Problem.Conflict, "No token plane has made a signing key yet.");
        if (await db.KeyRotationRequests.AnyAsync(r => r.Kid == kid && r.DoneAt == null && (r.Compromised || !input.Compromised), cancellation))
            return new Problem(Problem.Conflict, "This key is being replaced already.");

        var now = clock.GetUtcNow();
        var request = new KeyRotationRequest
        {
            Kid = kid,
            Compromised = input.Compromised,
            Reason = input.Reason.Trim(),
            RequestedBy = actor.Id,
            RequestedAt = now,
        };
        db.Add(request);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("signing_key.rotation_requested", "signing_key", kid, kid, request.Reason, new { compromised = input.Compromised }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return request;
    }
}
