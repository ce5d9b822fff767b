using System.Text.Json;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Catalog.Changes.SideBySide;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Policies;

/// <param name="Note">Why it was written.</param>
/// <param name="WrittenBy">Null for the one that the marketplace brings.</param>
/// <param name="LastPutAt">When it was last put into effect.</param>
/// <param name="LastPutBy">By whom; null for the one that the marketplace brings.</param>
public sealed record ApprovalPolicyRow(
    int Number, string Note, string? WrittenBy, Guid? WriterId, DateTimeOffset WrittenAt, bool IsInEffect, DateTimeOffset? LastPutAt, string? LastPutBy);

public sealed record TriedPolicy(DryRun Run, string TriedBy, DateTimeOffset TriedAt);

/// <param name="Report">What speaks for it and against it.</param>
/// <param name="Rules">In their order.</param>
/// <param name="Trial">The newest; null when it was never tried.</param>
public sealed record ApprovalPolicyDetails(ApprovalPolicyRow Row, string Text, PolicyReport Report, IReadOnlyList<PolicyRule> Rules, TriedPolicy? Trial)
{
    /// <summary>What may be taken in an incident.</summary>
    public IReadOnlyList<BreakGlass> Emergencies { get; init; } = [];
}

/// <summary>Everybody may read by which rules access is approved, and by which it was.</summary>
public sealed class ApprovalPolicyReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<ApprovalPolicyRow>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Rows(db, db.ApprovalPolicies, await ApprovalPolicyShelf.NumberInEffectAsync(db, cancellation)).ToPageAsync(page, cancellation);
    }

    public async Task<int> NumberInEffectAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ApprovalPolicyShelf.NumberInEffectAsync(db, cancellation);
    }

    public async Task<int> NewestAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.ApprovalPolicies.MaxAsync(p => (int?)p.Number, cancellation) ?? 0;
    }

    public async Task<ApprovalPolicyDetails?> FindAsync(int number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var current = await ApprovalPolicyShelf.NumberInEffectAsync(db, cancellation);
        if (await Rows(db, db.ApprovalPolicies.Where(p => p.Number == number), current).SingleOrDefaultAsync(cancellation) is not { } row)
            return null;
        var text = await db.ApprovalPolicies.Where(p => p.Number == number).Select(p => p.Text).SingleAsync(cancellation);
        var (policy, report, faults) = await CheckApprovalPolicy.ReportAsync(db, text, cancellation);
        var trial = await db.ApprovalPolicyTrials.Where(t => t.Policy == number).OrderByDescending(t => t.TriedAt).ThenByDescending(t => t.Id)
            .Select(t => new { t.Result, t.TriedAt, By = db.People.Where(p => p.Id == t.TriedBy).Select(p => p.DisplayName).Single() }).FirstOrDefaultAsync(cancellation);
        return new(
            row, text, report ?? new(faults, [], []), policy?.Rules ?? [],
            trial is null ? null : new(JsonSerializer.Deserialize<DryRun>(trial.Result)!, trial.By, trial.TriedAt))
        {
            Emergencies = policy?.Emergencies ?? [],
        };
    }

    /// <summary>Line by line; null when there is no such version.</summary>
    public async Task<IReadOnlyList<LinePair>?> CompareAsync(int from, int to, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var texts = await db.ApprovalPolicies.Where(p => p.Number == from || p.Number == to).ToDictionaryAsync(p => p.Number, p => p.Text, cancellation);
        return texts.TryGetValue(from, out var left) && texts.TryGetValue(to, out var right) ? LineDiff.Compare(left.Split('\n'), right.Split('\n')) : null;
    }

    private static IQueryable<ApprovalPolicyRow> Rows(MarketplaceDb db, IQueryable<ApprovalPolicy> policies, int current) =>
        policies.OrderByDescending(p => p.Number).Select(p => new ApprovalPolicyRow(
            p.Number, p.Note, db.People.Where(w => w.Id == p.WrittenBy).Select(w => w.DisplayName).SingleOrDefault(), p.WrittenBy, p.WrittenAt, p.Number == current,
            db.ApprovalPolicyEffects.Where(e => e.Policy == p.Number).Max(e => (DateTimeOffset?)e.PutAt),
            db.ApprovalPolicyEffects.Where(e => e.Policy == p.Number).OrderByDescending(e => e.Sequence)
                .Select(e => db.People.Where(w => w.Id == e.PutBy).Select(w => w.DisplayName).SingleOrDefault()).FirstOrDefault()));
}
