using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Plans;

/// <param name="Title">What people call it.</param>
/// <param name="Description">Whom it is for, in a sentence or two.</param>
/// <param name="Environments">Where it is offered.</param>
/// <param name="Tags">For endpoints with one of these tags alone; none for all.</param>
/// <param name="IsDefault">What whoever chooses none gets; the default until now is none any more.</param>
/// <param name="Limits">What its grants are given.</param>
public sealed record PlanInput(
    string Title, string Description, IReadOnlyList<string> Environments, IReadOnlyList<string> Tags, bool IsDefault, LimitsInput Limits);

/// <summary>
/// An owner makes plans, changes what they say and archives them. Other limits are another revision: grants that stand keep
/// theirs until they are renewed, or <see cref="ApplyPlan"/> gives all of them the new ones.
/// </summary>
public sealed class WritePlan(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumPlans = 20;

    /// <returns>The plan's name, made from its title.</returns>
    public async Task<Outcome<string>> AddAsync(Actor actor, string api, PlanInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await PlanRules.LockedAsync(db, actor, api, cancellation) is not { } owned)
            return PlanRules.Unknown(api);
        var names = await db.Plans.Where(p => p.ApiId == owned.Id).Select(p => p.Name).ToListAsync(cancellation);
        var problems = await PlanRules.CheckAsync(db, owned, input, null, cancellation);
        if (names.Count >= MaximumPlans)
            problems.Add(new("plans_too_many", $"An API has at most {MaximumPlans} plans, archived ones included; change one of them.", "title"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var stem = Slug.Of(input.Title, "plan");
        var plan = new Plan
        {
            ApiId = owned.Id,
            Name = Enumerable.Range(1, names.Count + 1).Select(n => n == 1 ? stem : $"{stem}-{n}").First(name => !names.Contains(name, StringComparer.Ordinal)),
            Title = input.Title.Trim(),
            Description = input.Description.Trim(),
            Environments = [.. input.Environments.Distinct(StringComparer.Ordinal)],
            Tags = [.. input.Tags.Distinct(StringComparer.Ordinal)],
            IsDefault = input.IsDefault,
            Revision = 1,
            CreatedAt = now,
        };
        var limits = input.Limits.ToLimits(plan, now, actor.Id);
        plan.Limits.Add(limits);
        await NoOtherDefaultAsync(db, plan, cancellation);
        db.Add(plan);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(db, now, actor, new AuditEntry("plan.added", "plan", plan.Id.ToString(), $"{api} {plan.Name}", null, new { after = PlanRules.Facts(plan, limits) }), cancellation);
        await transaction.CommitAsync(cancellation);
        return plan.Name;
    }

    /// <param name="basedOn">The revision that the writer has seen; another one by now is a conflict. Null to write over any.</param>
    /// <returns>The revision of its limits, the same where they stayed.</returns>
    public async Task<Outcome<int>> ChangeAsync(Actor actor, string api, string name, PlanInput input, int? basedOn, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await PlanRules.LockedAsync(db, actor, api, cancellation) is not { } owned
            || await db.Plans.Include(p => p.Limits).SingleOrDefaultAsync(p => p.ApiId == owned.Id && p.Name == name, cancellation) is not { } plan)
            return PlanRules.Unknown(api, name);
        var problems = await PlanRules.CheckAsync(db, owned, input, plan, cancellation);
        if (basedOn is { } seen && seen != plan.Revision)
            problems.Add(new(Problem.Conflict, "Somebody else has changed this plan's limits meanwhile. Open it again and make your change to what it is now."));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var held = plan.Limits.Single(l => l.Revision == plan.Revision);
        var before = PlanRules.Facts(plan, held);
        (plan.Title, plan.Description, plan.IsDefault) = (input.Title.Trim(), input.Description.Trim(), input.IsDefault);
        (plan.Environments, plan.Tags) = ([.. input.Environments.Distinct(StringComparer.Ordinal)], [.. input.Tags.Distinct(StringComparer.Ordinal)]);
        var limits = input.Limits.ToLimits(plan, now, actor.Id);
        if (PlanRules.AreSame(limits, held))
        {
            limits = held;
        }
        else
        {
            plan.Revision++;
            limits = input.Limits.ToLimits(plan, now, actor.Id);
            plan.Limits.Add(limits);
        }

        await NoOtherDefaultAsync(db, plan, cancellation);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("plan.changed", "plan", plan.Id.ToString(), $"{api} {plan.Name}", null, new { before, after = PlanRules.Facts(plan, limits) }), cancellation);
        await transaction.CommitAsync(cancellation);
        return plan.Revision;
    }

    /// <summary>Offers it no longer, or again. Grants that carry it stand.</summary>
    public async Task<Outcome<string>> ArchiveAsync(Actor actor, string api, string name, bool isArchived, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await PlanRules.LockedAsync(db, actor, api, cancellation) is not { } owned
            || await db.Plans.SingleOrDefaultAsync(p => p.ApiId == owned.Id && p.Name == name, cancellation) is not { } plan)
            return PlanRules.Unknown(api, name);
        if (plan.ArchivedAt is not null == isArchived)
            return plan.Name;
        var now = clock.GetUtcNow();
        var before = new { archived = plan.ArchivedAt is not null, is_default = plan.IsDefault };
        (plan.ArchivedAt, plan.IsDefault) = (isArchived ? now : null, false);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(isArchived ? "plan.archived" : "plan.offered", "plan", plan.Id.ToString(), $"{api} {plan.Name}", null, new { before, after = new { archived = isArchived, is_default = false } }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return plan.Name;
    }

    private static Task<int> NoOtherDefaultAsync(MarketplaceDb db, Plan plan, CancellationToken cancellation) => plan.IsDefault
        ? db.Plans.Where(p => p.ApiId == plan.ApiId && p.Id != plan.Id && p.IsDefault).ExecuteUpdateAsync(p => p.SetProperty(x => x.IsDefault, false), cancellation)
        : Task.FromResult(0);
}
