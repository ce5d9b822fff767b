using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>Rulesets ready for use. A version's text never changes, so each is taken apart once.</summary>
public sealed class RulesetShelf
{
    private static readonly RulesetFile BuiltIn = RulesetFile.Parse(RulesetFile.BuiltIn).Value!;

    private readonly ConcurrentDictionary<int, RulesetFile> _known = new() { [0] = BuiltIn };

    internal static Task<int> NumberInEffectAsync(MarketplaceDb db, CancellationToken cancellation) =>
        db.RulesetEffects.OrderByDescending(e => e.Sequence).Select(e => e.Ruleset).FirstOrDefaultAsync(cancellation);

    internal async Task<(int Number, RulesetFile File)> InEffectAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var number = await NumberInEffectAsync(db, cancellation);
        return (number, await GetAsync(db, number, cancellation));
    }

    internal async Task<RulesetFile> GetAsync(MarketplaceDb db, int number, CancellationToken cancellation)
    {
        if (_known.TryGetValue(number, out var known))
            return known;
        var text = await db.Rulesets.Where(r => r.Number == number).Select(r => r.Text).SingleAsync(cancellation);
        // A rule that has been removed from the code since must not stop publishing.
        return _known.GetOrAdd(number, _ => RulesetFile.Parse(text) is { Succeeded: true, Value: var file } ? file : BuiltIn);
    }
}
