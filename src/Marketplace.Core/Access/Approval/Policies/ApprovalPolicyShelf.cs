using System.Collections.Concurrent;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>Approval policies ready for use. A version's text never changes, so each is taken apart once.</summary>
public sealed class ApprovalPolicyShelf
{
    private readonly ConcurrentDictionary<int, PolicyText> _known = [];

    internal static Task<int> NumberInEffectAsync(MarketplaceDb db, CancellationToken cancellation) =>
        db.ApprovalPolicyEffects.OrderByDescending(e => e.Sequence).Select(e => e.Policy).FirstOrDefaultAsync(cancellation);

    internal static async Task<List<string>> EnvironmentsAsync(MarketplaceDb db, CancellationToken cancellation) =>
        await db.Environments.OrderBy(e => e.Position).Select(e => e.Name).ToListAsync(cancellation);

    /// <summary>Null when none is in effect, or the one that is cannot be read: then nobody may have anything.</summary>
    internal async Task<(int Number, PolicyText Policy)?> InEffectAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var number = await NumberInEffectAsync(db, cancellation);
        return await GetAsync(db, number, cancellation) is { } policy ? (number, policy) : null;
    }

    internal async Task<PolicyText?> GetAsync(MarketplaceDb db, int number, CancellationToken cancellation)
    {
        if (_known.TryGetValue(number, out var known))
            return known;
        var text = await db.ApprovalPolicies.Where(p => p.Number == number).Select(p => p.Text).SingleOrDefaultAsync(cancellation);
        if (text is null || PolicyParser.Parse(text, await EnvironmentsAsync(db, cancellation)).Policy is not { } policy)
            return null;
        return _known.GetOrAdd(number, policy);
    }
}
