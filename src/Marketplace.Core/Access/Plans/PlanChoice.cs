using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <summary>Which limits the endpoints of one line get that an application asks for in one request.</summary>
internal static class PlanChoice
{
    /// <summary>
    /// The newest limits of the plan named, else of the default, else of the first that is offered there for these endpoints.
    /// No limits where the API offers no plan there.
    /// </summary>
    public static async Task<(PlanLimits? Limits, IReadOnlyList<Problem> Problems)> OfAsync(
        MarketplaceDb db, Api api, string environment, IReadOnlyList<Operation> operations, string? named, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation)
    {
        var offered = await db.PlanLimits.Include(l => l.Plan)
            .Where(l => l.Plan!.ApiId == api.Id && l.Plan.ArchivedAt == null && l.Plan.Environments.Contains(environment) && l.Revision == l.Plan.Revision)
            .OrderByDescending(l => l.Plan!.IsDefault).ThenBy(l => l.Plan!.CreatedAt).ThenBy(l => l.Plan!.Name).ToListAsync(cancellation);
        if (!string.IsNullOrEmpty(named) && !offered.Exists(l => l.Plan!.Name == named))
        {
            var names = offered.Count == 0 ? "it offers none there; leave it out" : "choose " + string.Join(" or ", offered.Select(l => l.Plan!.Name));
            return (null, [new("plan_unknown", $"{api.Title} has no plan {named} in {environment}: {names}.", "plan")]);
        }

        if (offered.Count == 0)
            return (null, []);
        var chosen = string.IsNullOrEmpty(named) ? offered.Find(l => Misfit(l, operations) is null) ?? offered[0] : offered.Single(l => l.Plan!.Name == named);
        List<Problem> problems = [];
        if (Misfit(chosen, operations) is { } other)
            problems.Add(new("plan_not_for_endpoint", $"{other.Key} cannot be called under the plan {chosen.Plan!.Title}, which is for endpoints tagged {string.Join(", ", chosen.Plan.Tags)}. Choose another plan, or ask for it by itself.", "plan"));
        if (chosen.MaximumDays is { } days && until > now.AddDays(days))
            problems.Add(new("until_beyond_plan", $"Under the plan {chosen.Plan!.Title} access to {api.Title} lasts at most {days} {(days == 1 ? "day" : "days")}: choose a day until {now.AddDays(days):yyyy-MM-dd}, or another plan.", "until"));
        return (problems.Count == 0 ? chosen : null, problems);
    }

    private static Operation? Misfit(PlanLimits limits, IReadOnlyList<Operation> operations) =>
        limits.Plan!.Tags.Length == 0 ? null : operations.FirstOrDefault(o => !o.Tags.Intersect(limits.Plan.Tags, StringComparer.Ordinal).Any());
}
