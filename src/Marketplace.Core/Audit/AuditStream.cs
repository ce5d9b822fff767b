using System.Runtime.CompilerServices;
using System.Text;
using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>
/// Events in their order, however many there are: read in portions, so that neither memory nor a connection is held
/// while somebody takes them slowly. Events are never changed, so that the portions fit.
/// </summary>
internal static class AuditStream
{
    public const int Portion = 2_000;

    /// <param name="portionAfter">The next so many behind an event, oldest first; fewer are the last.</param>
    public static async IAsyncEnumerable<(AuditEvent Event, AuditLine Line)> ReadAsync(
        IDbContextFactory<MarketplaceDb> databases, Func<MarketplaceDb, long, IQueryable<AuditEvent>> portionAfter,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = 0L; ;)
        {
            List<AuditEvent> events;
            ILookup<long, string> about;
            await using (var db = await databases.CreateDbContextAsync(cancellation))
            {
                await using var planned = await db.PlanAnewAsync(cancellation);
                events = await portionAfter(db, after).AsNoTracking().ToListAsync(cancellation);
                if (events.Count == 0)
                    yield break;
                var (first, last) = (events[0].Sequence, events[^1].Sequence);
                about = (await db.AuditAbouts.AsNoTracking().Where(a => a.Sequence >= first && a.Sequence <= last).ToListAsync(cancellation))
                    .ToLookup(a => a.Sequence, a => $"{a.Kind}:{a.Id}");
            }

            foreach (var e in events)
            {
                var differing = e.Content.Length == 0 ? [] : AuditColumns.Differing(e, about[e.Sequence].ToHashSet(StringComparer.Ordinal));
                yield return (e, new(e.Sequence, e.Content.Length == 0 ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(e.Content), e.PreviousHash, e.Hash, differing));
            }

            if (events.Count < Portion)
                yield break;
            after = events[^1].Sequence;
        }
    }
}
