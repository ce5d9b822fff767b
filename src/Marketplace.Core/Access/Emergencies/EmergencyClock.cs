using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>
/// What an emergency does by itself when it is over: it asks to be reviewed, reminds after a day, is overdue after three,
/// and then once a week until somebody has answered. It never answers. Any replica may be the one that does it.
/// </summary>
public sealed class EmergencyClock(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>False when nothing is due.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var due = await db.Database.SqlQuery<Guid>(
            $"""
            select id as "Value" from emergency_access where tell_at <= {now} order by tell_at limit 1 for update skip locked
            """).ToListAsync(cancellation);
        if (due is not [var id])
            return false;
        var emergency = await db.Emergencies.Include(e => e.Application).Include(e => e.ApiVersion!.Api).SingleAsync(e => e.Id == id, cancellation);
        var over = emergency.EndedAt ?? emergency.Until;
        var isOverdue = now >= over + EmergencyRules.OverdueAfter;
        emergency.Told++;
        emergency.TellAt = isOverdue ? now + EmergencyRules.OverdueAgain
            : now < over + EmergencyRules.RemindAfter ? over + EmergencyRules.RemindAfter : over + EmergencyRules.OverdueAfter;
        await db.SaveChangesAsync(cancellation);
        var people = await EmergencyNews.TellWaitingAsync(db, now, emergency, isOverdue, cancellation);
        await AuditLog.AppendAsync(
            db, now, Actor.System,
            new AuditEntry(
                emergency.Told == 1 ? "emergency.over" : isOverdue ? "emergency.review_overdue" : "emergency.review_reminded", "emergency_access", emergency.Number.ToString(), emergency.Name, null,
                new { incident = emergency.Incident, taken_at = emergency.TakenAt, over_at = over, told = people, time = emergency.Told }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
