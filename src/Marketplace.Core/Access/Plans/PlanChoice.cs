using Marketplace.Core.Access.Requests;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <summary>Which limits the endpoints of each line get that an application asks for in one request.</summary>
internal static class PlanChoice
{
    /// <summary>
    /// The newest limits of the plan named, else of the default, else of the first that is offered there for these endpoints.
    /// No limits where the API offers no plan there.
    /// </summary>
    public static async Task<(IReadOnlyList<AskedLine> Lines, IReadOnlyList<Problem> Problems)> OfAsync(
        MarketplaceDb db, IReadOnlyList<AskedLine> lines, IReadOnlyList<LineEndpoints> named, string environment, DateTimeOffset until, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var apis = lines.Select(l => l.Line.ApiId).Distinct().ToArray();
        var offered = (await db.PlanLimits.Include(l => l.Plan)
            .Where(l => apis.Contains(l.Plan!.ApiId) && l.Plan.ArchivedAt == null && l.Plan.Environments.Contains(environment) && l.Revision == l.Plan.Revision)
            .OrderByDescending(l => l.Plan!.IsDefault).ThenBy(l => l.Plan!.CreatedAt).ThenBy(l => l.Plan!.Name).ToListAsync(cancellation))
            .ToLookup(l => l.Plan!.ApiId);
        var (planned, problems) = (new List<AskedLine>(), new List<Problem>());
        foreach (var line in lines)
        {
            var wish = named.FirstOrDefault(n => n.Api == line.Line.Api!.Name && n.Version == line.Line.Version)?.Plan;
            var (limits, found) = Choose(line, [.. offered[line.Line.ApiId]], wish, environment, until, now);
            planned.Add(line with { Limits = limits });
            problems.AddRange(found);
        }

        return (planned, problems);
    }

    private static (PlanLimits? Limits, IReadOnlyList<Problem> Problems) Choose(
        AskedLine line, List<PlanLimits> offered, string? wish, string environment, DateTimeOffset until, DateTimeOffset now)
    {
        var title = line.Line.Api!.Title;
        if (!string.IsNullOrEmpty(wish) && !offered.Exists(l => l.Plan!.Name == wish))
        {
            var names = offered.Count == 0 ? "it offers none there; leave it out" : "choose " + string.Join(" or ", offered.Select(l => l.Plan!.Name));
            return (null, [new("plan_unknown", $"{title} has no plan {wish} in {environment}: {names}.", "plan")]);
        }

        if (offered.Count == 0)
            return (null, []);
        var chosen = string.IsNullOrEmpty(wish) ? offered.Find(l => Misfit(l, line) is null) ?? offered[0] : offered.Single(l => l.Plan!.Name == wish);
        var plan = chosen.Plan!;
        List<Problem> problems = [];
        if (Misfit(chosen, line) is { } other)
            problems.Add(new("plan_not_for_endpoint", $"{other.Key} cannot be called under the plan {plan.Title} of {title}, which is for endpoints tagged {string.Join(", ", plan.Tags)}. Choose another plan, or ask for it by itself.", "plan"));
        if (chosen.MaximumDays is { } days && until >= now.AddDays(days + 1))
            problems.Add(new("until_beyond_plan", $"Under the plan {plan.Title}, access to {title} lasts at most {days} {(days == 1 ? "day" : "days")}. Choose {now.AddDays(days):yyyy-MM-dd} or an earlier day, or another plan.", "until"));
        return (problems.Count == 0 ? chosen : null, problems);
    }

    private static Operation? Misfit(PlanLimits limits, AskedLine line) =>
        limits.Plan!.Tags.Length == 0 ? null : line.Operations.FirstOrDefault(o => !o.Tags.Intersect(limits.Plan.Tags, StringComparer.Ordinal).Any());
}
