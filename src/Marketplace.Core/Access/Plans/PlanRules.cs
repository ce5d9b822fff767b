using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <summary>What a plan must be, and whose it is.</summary>
internal static class PlanRules
{
    public static async Task<List<Problem>> CheckAsync(MarketplaceDb db, Api api, PlanInput input, Plan? held, CancellationToken cancellation)
    {
        List<Problem> problems = [.. input.Limits.Check()];
        if (input.Title.Trim().Length is 0 or > 60)
            problems.Add(new("title_length", "Give the plan a title of 1 to 60 characters.", "title"));
        else if (await db.Plans.AnyAsync(p => p.ApiId == api.Id && p.Title == input.Title.Trim() && (held == null || p.Id != held.Id), cancellation))
            problems.Add(new("title_taken", $"{api.Title} has a plan {input.Title.Trim()} already, maybe an archived one: change that, or choose another title.", "title"));
        if (input.Description.Trim().Length > 500)
            problems.Add(new("description_length", "The description may have at most 500 characters.", "description"));
        var environments = await db.Environments.Select(e => e.Name).ToListAsync(cancellation);
        if (input.Environments.Count == 0 || input.Environments.Except(environments, StringComparer.Ordinal).Any())
            problems.Add(new("environments_unknown", $"Choose where it is offered: {string.Join(", ", environments.Order(StringComparer.Ordinal))}.", "environments"));
        if (input.Tags.Count > 0)
        {
            var known = await db.Operations.Where(o => o.ApiVersion!.ApiId == api.Id && o.RemovedIn == null).Select(o => o.Tags).ToListAsync(cancellation);
            if (input.Tags.Except(known.SelectMany(tags => tags), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
                problems.Add(new("tag_unknown", $"No endpoint of {api.Title} has the tag {unknown}.", "tags"));
        }

        if (held?.ArchivedAt is not null && input.IsDefault)
            problems.Add(new("plan_archived", "An archived plan cannot be the default; offer it again first.", "isDefault"));
        return problems;
    }

    public static bool AreSame(PlanLimits a, PlanLimits b) =>
        (a.Rate, a.Per, a.Burst, a.Quota, a.QuotaWindow, a.MaximumDays) == (b.Rate, b.Per, b.Burst, b.Quota, b.QuotaWindow, b.MaximumDays);

    /// <summary>For the audit trail.</summary>
    public static object Facts(Plan plan, PlanLimits limits) => new
    {
        title = plan.Title,
        description = plan.Description,
        environments = plan.Environments,
        tags = plan.Tags,
        is_default = plan.IsDefault,
        revision = plan.Revision,
        limits = new { rate = limits.Rate, per = limits.Per, burst = limits.Burst, quota = limits.Quota, window = limits.QuotaWindow, maximum_days = limits.MaximumDays },
    };

    /// <summary>The API if the actor owns it; its row is held, so that its plans change one by one.</summary>
    public static async Task<Api?> LockedAsync(MarketplaceDb db, Actor actor, string name, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from api where name = {name} for no key update", cancellation);
        return await db.Apis.WithOwner(actor).SingleOrDefaultAsync(a => a.Name == name, cancellation);
    }

    public static Problem Unknown(string api) => new(Problem.NotFound, $"There is no API {api} whose plans you may change: only owners of its team may.");

    public static Problem Unknown(string api, string plan) => new(Problem.NotFound, $"There is no plan {plan} of {api} that you may change: only owners of its team may.");
}
