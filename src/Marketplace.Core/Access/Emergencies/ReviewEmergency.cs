using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>
/// Somebody of another team says whether an emergency was one. Nothing else closes it, and what was said once stays.
/// </summary>
public sealed class ReviewEmergency(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int ShortestText = 10;

    public async Task<Outcome<ReviewOutcome>> ExecuteAsync(Actor actor, long number, ReviewOutcome outcome, string text, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from emergency_access where number = {number} for update", cancellation);
        var now = clock.GetUtcNow();
        var emergency = await db.Emergencies.SeenBy(actor).Include(e => e.Application).Include(e => e.ApiVersion!.Api).SingleOrDefaultAsync(e => e.Number == number, cancellation);
        if (emergency is null)
            return new Problem(Problem.NotFound, $"There is no emergency {number} that you may see.");
        if (!await db.Emergencies.ReviewableBy(actor).AnyAsync(e => e.Id == emergency.Id, cancellation))
            return new Problem(Problem.Forbidden, "An owner of the API or a security officer reviews it, and nobody of the team that took it.");
        if (emergency.Outcome is { } before)
            return new Problem("already_reviewed", $"Emergency {number} was found {Words(before)} at {emergency.ReviewedAt:yyyy-MM-dd HH:mm} UTC; that stays.");
        if (await db.Emergencies.OpenAt(db, now).AnyAsync(e => e.Id == emergency.Id, cancellation))
            return new Problem("still_open", $"Emergency {number} is open until {emergency.Until:yyyy-MM-dd HH:mm} UTC. End it first, or review it when it is over.");
        if (text.Trim().Length is < ShortestText or > 2000)
            return new Problem("review_length", $"Say what you found in {ShortestText} to 2000 characters: it stays in the audit trail.", "text");

        (emergency.Outcome, emergency.Review, emergency.ReviewedBy, emergency.ReviewedAt, emergency.TellAt) = (outcome, text.Trim(), actor.Id, now, null);
        await db.SaveChangesAsync(cancellation);
        await EmergencyNews.TellReviewedAsync(db, now, actor, emergency, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "emergency.reviewed", "emergency_access", number.ToString(), emergency.Name, emergency.Review,
                new
                {
                    incident = emergency.Incident, application = emergency.Application!.ClientId, api = emergency.ApiVersion!.Api!.Name, version = emergency.ApiVersion.Version,
                    before = new { outcome = (string?)null }, after = new { outcome = StoredEnum.ToWord(outcome) },
                }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return outcome;
    }

    internal static string Words(ReviewOutcome outcome) => outcome is ReviewOutcome.Justified ? "justified" : "not justified";
}
