using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <param name="Number">0 for the built-in one.</param>
/// <param name="Reason">Why it was written.</param>
/// <param name="WrittenBy">Null for the built-in one.</param>
/// <param name="WrittenAt">Null for the built-in one.</param>
/// <param name="IsInEffect">It holds now.</param>
/// <param name="LastPutAt">When it was last put into effect.</param>
public sealed record RulesetRow(int Number, string Reason, string? WrittenBy, DateTimeOffset? WrittenAt, bool IsInEffect, DateTimeOffset? LastPutAt);

/// <param name="Row">Its facts.</param>
/// <param name="Text">YAML.</param>
/// <param name="Trial">The newest; null when it was never tried.</param>
/// <param name="Effect">The newest writing-down of what it finds; null when there was none.</param>
public sealed record RulesetDetails(RulesetRow Row, string Text, RunView? Trial, RunView? Effect);

public sealed class RulesetReader(IDbContextFactory<MarketplaceDb> databases)
{
    private static readonly RulesetRow BuiltIn = new(0, "Built in: holds until another is put into effect.", null, null, false, null);

    /// <summary>Newest first; the built-in one last.</summary>
    public async Task<Page<RulesetRow>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var current = await RulesetShelf.NumberInEffectAsync(db, cancellation);
        var written = await Rows(db, db.Rulesets, current).ToPageAsync(page, cancellation);
        return written.HasNext ? written : written with { Items = [.. written.Items, BuiltIn with { IsInEffect = current == 0 }] };
    }

    public async Task<int> NumberInEffectAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await RulesetShelf.NumberInEffectAsync(db, cancellation);
    }

    public async Task<int> NewestAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Rulesets.MaxAsync(r => (int?)r.Number, cancellation) ?? 0;
    }

    public async Task<RulesetDetails?> FindAsync(int number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var current = await RulesetShelf.NumberInEffectAsync(db, cancellation);
        if (number == 0)
            return new(BuiltIn with { IsInEffect = current == 0 }, RulesetFile.BuiltIn, null, await RunView.NewestAsync(db, 0, RunKind.Effect, cancellation));
        if (await Rows(db, db.Rulesets.Where(r => r.Number == number), current).SingleOrDefaultAsync(cancellation) is not { } row)
            return null;
        var text = await db.Rulesets.Where(r => r.Number == number).Select(r => r.Text).SingleAsync(cancellation);
        return new(
            row, text, await RunView.NewestAsync(db, number, RunKind.Trial, cancellation), await RunView.NewestAsync(db, number, RunKind.Effect, cancellation));
    }

    private static IQueryable<RulesetRow> Rows(MarketplaceDb db, IQueryable<Ruleset> rulesets, int current) =>
        rulesets.OrderByDescending(r => r.Number).Select(r => new RulesetRow(
            r.Number, r.Reason, db.People.Where(p => p.Id == r.WrittenBy).Select(p => p.DisplayName).Single(), r.WrittenAt, r.Number == current,
            db.RulesetEffects.Where(e => e.Ruleset == r.Number).Max(e => (DateTimeOffset?)e.PutAt)));
}
