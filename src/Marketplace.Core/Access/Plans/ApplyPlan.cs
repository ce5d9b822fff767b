using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <param name="Grants">How many stood on older limits.</param>
/// <param name="Applications">Of how many applications.</param>
public sealed record AppliedPlan(int Revision, int Grants, int Applications);

/// <summary>Gives every standing grant of a plan its newest limits. How long each grant lasts stays as it was granted.</summary>
public sealed class ApplyPlan(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <param name="grants">How many the owner was shown: another number by now is asked about again.</param>
    public async Task<Outcome<AppliedPlan>> ExecuteAsync(Actor actor, string api, string name, int grants, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await PlanRules.LockedAsync(db, actor, api, cancellation) is not { } owned
            || await db.Plans.Include(p => p.Limits).SingleOrDefaultAsync(p => p.ApiId == owned.Id && p.Name == name, cancellation) is not { } plan)
            return PlanRules.Unknown(api, name);
        var now = clock.GetUtcNow();
        var newest = plan.Limits.Single(l => l.Revision == plan.Revision);
        var older = plan.Limits.Where(l => l.Id != newest.Id).Select(l => l.Id).ToArray();
        var outdated = db.Grants.Where(g => g.PlanLimitsId != null && older.Contains(g.PlanLimitsId.Value) && g.EndedAt == null && g.ValidUntil > now);
        var places = await outdated.GroupBy(g => new { g.ApiVersionId, g.Environment, g.ApplicationId, g.Application!.TeamId })
            .Select(g => new { g.Key.ApiVersionId, g.Key.Environment, g.Key.ApplicationId, g.Key.TeamId, Grants = g.Count() }).ToListAsync(cancellation);
        var count = places.Sum(place => place.Grants);
        if (count == 0)
            return new Problem("nothing_to_apply", "Every grant of this plan carries its newest limits already.", "grants");
        if (count != grants)
            return new Problem(Problem.Conflict, $"It is {count:N0} grants by now, not {grants:N0}. Look again, and apply it if you still want to.", "grants");

        await outdated.ExecuteUpdateAsync(g => g.SetProperty(x => x.PlanLimitsId, newest.Id), cancellation);
        var applications = places.Select(place => place.ApplicationId).Distinct().Count();
        await Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.PlanChanged, $"{owned.Title} has changed the limits of the plan {plan.Title}", $"From now on: {LimitWords.Sentence(newest)} They hold for the access that you have.", $"/apis/{api}/plans"),
            new() { Teams = [.. places.Select(place => place.TeamId).Distinct()] }, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "plan.applied", "plan", plan.Id.ToString(), $"{api} {plan.Name}", null,
                new { before = plan.Limits.Where(l => l.Id != newest.Id).Select(l => PlanRules.Facts(plan, l)).ToArray(), after = PlanRules.Facts(plan, newest), grants = count, applications }),
            cancellation);
        await PolicyLog.AppendAsync(
            db, now, [.. places.DistinctBy(place => (place.ApiVersionId, place.Environment)).Select(place => new PolicyChangeDraft(PolicyChangeKind.Limits, place.ApiVersionId, place.Environment))], cancellation);
        await transaction.CommitAsync(cancellation);
        return new AppliedPlan(plan.Revision, count, applications);
    }
}
