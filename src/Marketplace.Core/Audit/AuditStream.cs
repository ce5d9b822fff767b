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
    private const int Portion = 2_000;

    public static async IAsyncEnumerable<(AuditEvent Event, AuditLine Line)> ReadAsync(
        IDbContextFactory<MarketplaceDb> databases, Func<MarketplaceDb, IQueryable<AuditEvent>> which, long upTo,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        while (after < upTo)
        {
            List<AuditEvent> events;
            ILookup<long, string> about;
            await using (var db = await databases.CreateDbContextAsync(cancellation))
            {
                var (from, to) = (after, upTo);
                events = await which(db).AsNoTracking().Where(e => e.Sequence > from && e.Sequence <= to).OrderBy(e => e.Sequence).Take(Portion).ToListAsync(cancellation);
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

            after = events[^1].Sequence;
        }
    }
}
