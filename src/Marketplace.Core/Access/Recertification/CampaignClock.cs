using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>
/// What a campaign does by itself: it notes what ended elsewhere, reminds a week and a day before it is due, and says once
/// that it is overdue. It never answers anything. Any replica may be the one that does it.
/// </summary>
public sealed class CampaignClock(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>False when nothing is due.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        await SettleAsync(db, null, now, cancellation);
        // A campaign of a week or less has no reminder a week before; who was away gets the nearest one alone.
        var campaign = (await db.Campaigns.FromSql(
            $"""
            select * from campaign where closed_at is null and gathered_at is not null and (
              (escalated_at is null and due_at <= {now})
              or (reminded_again_at is null and due_at > {now} and due_at - interval '1 day' <= {now})
              or (reminded_at is null and reminded_again_at is null and due_at - interval '1 day' > {now} and due_at - interval '7 days' <= {now} and due_at - interval '7 days' > opened_at))
            order by due_at limit 1 for update skip locked
            """).ToListAsync(cancellation)).FirstOrDefault();
        if (campaign is null)
        {
            await transaction.CommitAsync(cancellation);
            return false;
        }

        if (campaign.DueAt <= now)
        {
            campaign.EscalatedAt = now;
            await CampaignNews.TellOverdueAsync(db, now, campaign, cancellation);
            await db.SaveChangesAsync(cancellation);
            await AuditLog.AppendAsync(
                db, now, Actor.System, new("recertification.escalated", "recertification", campaign.Number.ToString(), campaign.Name, null, new { due = campaign.DueAt, before = "open", after = "overdue" }), cancellation);
        }
        else
        {
            if (campaign.DueAt.AddDays(-1) <= now)
                campaign.RemindedAgainAt = now;
            else
                campaign.RemindedAt = now;
            await CampaignNews.TellSoonAsync(db, now, campaign, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Items whose grant ended elsewhere have nothing left to answer. Those that somebody answers now are left to the next time.</summary>
    internal static Task SettleAsync(MarketplaceDb db, Guid? campaign, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update campaign_item i set answer = 'ended', answered_by = g.ended_by, answered_at = coalesce(g.ended_at, g.valid_until), reason = g.end_reason
            from access_grant g, (
              select o.campaign_id, o.position from campaign_item o join campaign c on c.id = o.campaign_id join access_grant h on h.id = o.grant_id
              where c.closed_at is null and o.answer is null and ({campaign}::uuid is null or c.id = {campaign}) and (h.ended_at is not null or h.valid_until <= {now})
              for update of o skip locked) s
            where (i.campaign_id, i.position) = (s.campaign_id, s.position) and g.id = i.grant_id
            """, cancellation);
}
