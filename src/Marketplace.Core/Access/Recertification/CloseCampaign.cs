using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>No more answers are taken. What nobody answered stays as it is, and is said: closing it then needs a reason.</summary>
public sealed class CloseCampaign(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <returns>How many items nobody answered.</returns>
    public async Task<Outcome<ClosedCampaign>> ExecuteAsync(Actor actor, long number, string? reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from campaign where number = {number} for update", cancellation);
        var campaign = await db.Campaigns.SingleOrDefaultAsync(c => c.Number == number, cancellation);
        if (campaign is null || !campaign.MayClose(actor))
            return new Problem(Problem.NotFound, $"There is no campaign {number} that you may close: who opened it may, security officers and administrators.");
        if (campaign.ClosedAt is not null)
            return new Problem("already_closed", $"Campaign {number} was closed on {campaign.ClosedAt:yyyy-MM-dd HH:mm} UTC.");
        if (campaign.GatheredAt is null)
            return new Problem("gathering_conflict", $"Campaign {number} is still being put together. Close it in a minute.");
        var now = clock.GetUtcNow();
        await CampaignClock.SettleAsync(db, campaign.Id, now, cancellation);
        var open = await db.Database.SqlQuery<int>($"select count(*)::int as \"Value\" from campaign_item where campaign_id = {campaign.Id} and answer is null").SingleAsync(cancellation);
        if (open > 0 && string.IsNullOrWhiteSpace(reason))
            return new Problem("reason_missing", $"{(open == 1 ? "1 grant has" : $"{open:N0} grants have")} no answer yet. Say why you close it all the same: it stands in the evidence.", "reason");
        if (reason?.Length > 2000)
            return new Problem("reason_length", "The reason may have at most 2000 characters.", "reason");

        (campaign.ClosedAt, campaign.ClosedBy, campaign.CloseReason, campaign.Unanswered) = (now, actor.Id, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), open);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "recertification.closed", "recertification", number.ToString(), campaign.Name, campaign.CloseReason,
                new { before = new { state = "open" }, after = new { state = "closed", unanswered = open }, grants = campaign.Items }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return new ClosedCampaign(number, open);
    }
}

public sealed record ClosedCampaign(long Number, int Unanswered);
