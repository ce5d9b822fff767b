using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>Ends an emergency at once: an owner of the API, a security officer, or the team that took it and needs it no more.</summary>
public sealed class EndEmergency(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <returns>The policy revision from which data planes refuse.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, long number, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from emergency_access where number = {number} for update", cancellation);
        var now = clock.GetUtcNow();
        var emergency = await db.Emergencies.EndableBy(actor).Include(e => e.Application).Include(e => e.ApiVersion!.Api).SingleOrDefaultAsync(e => e.Number == number, cancellation);
        if (emergency is null)
            return new Problem(Problem.NotFound, $"There is no emergency {number} that you may end.");
        var ids = await db.Grants.OpenAt(now).Where(g => g.EmergencyId == emergency.Id).OrderBy(g => g.Id).Select(g => g.Id).ToArrayAsync(cancellation);
        var held = await HeldGrants.TakeAsync(db, actor, ids, now, cancellation);
        if (held.Count == 0)
            return new Problem("already_over", $"Emergency {number} is over: nothing can be called by it any more.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters: the team that loses access reads it, and so does the review.", "reason");

        (emergency.EndedAt, emergency.EndedBy, emergency.EndReason) = (now, actor.Id, reason.Trim());
        emergency.TellAt = emergency.Outcome is null ? now : null;
        await db.SaveChangesAsync(cancellation);
        await EmergencyNews.TellEndedAsync(db, now, actor, emergency, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "emergency.ended", "emergency_access", number.ToString(), emergency.Name, emergency.EndReason,
                new
                {
                    incident = emergency.Incident, application = emergency.Application!.ClientId, api = emergency.ApiVersion!.Api!.Name, version = emergency.ApiVersion.Version,
                    environment = emergency.Environment, ended_as = StoredEnum.ToWord(held[0].ActorIs), before = new { until = emergency.Until, operations = held.Select(g => g.Operation) },
                    after = new { until = now, operations = Array.Empty<string>() },
                }),
            cancellation);
        var revision = await EndGrants.RevokeAsync(db, actor, held, new { until = now, emergency = number }, emergency.EndReason, now, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return revision;
    }
}
