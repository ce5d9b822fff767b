using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>
/// The first so many events that fit and that somebody sees, from one end of a range. What comes often stands near that
/// end and is found by walking from there. Of several criteria the database cannot know how seldom they meet, and would
/// walk through everything: so it walks a little way, and takes the rest by what each of them finds.
/// </summary>
internal sealed record AuditPortion(AuditSelection Selection, Actor Actor, bool Newest, int Size)
{
    /// <summary>Who sees a part meets less on the way, and may go further.</summary>
    private static int[] Walks(bool seesAll) => seesAll ? [10_000] : [10_000, 90_000];

    public async Task<List<AuditRow>> ReadAsync(MarketplaceDb db, long first, long last, CancellationToken cancellation)
    {
        (first, last) = (Math.Max(first, Selection.First), Math.Min(last, Selection.Last));
        var seesAll = await AuditVisibility.SeesAllAsync(db, Actor, Selection.About, cancellation);
        if (Selection.Criteria < (seesAll ? 2 : 1))
            return await WalkAsync(db, seesAll, first, last, Size, cancellation);
        List<AuditRow> found = [];
        foreach (var walk in Walks(seesAll))
        {
            if (first > last || found.Count == Size)
                return found;
            var turn = Newest ? Math.Max(first, last - walk) : Math.Min(last, first + walk);
            found.AddRange(await (Newest ? WalkAsync(db, seesAll, turn, last, Size - found.Count, cancellation) : WalkAsync(db, seesAll, first, turn, Size - found.Count, cancellation)));
            (first, last) = Newest ? (first, turn - 1) : (turn + 1, last);
        }

        return first > last || found.Count == Size ? found : [.. found, .. await GatherAsync(db, seesAll, first, last, Size - found.Count, cancellation)];
    }

    private Task<List<AuditRow>> WalkAsync(MarketplaceDb db, bool seesAll, long first, long last, int size, CancellationToken cancellation) =>
        ToRowsAsync(Selection.Of(db).FirstSeenBy(db, Actor, seesAll, Newest, first, last, size), cancellation);

    private async Task<List<AuditRow>> GatherAsync(MarketplaceDb db, bool seesAll, long first, long last, int size, CancellationToken cancellation)
    {
        var fitting = Selection.Of(db).Where(e => e.Sequence >= first && e.Sequence <= last);
        var seen = seesAll ? fitting : await fitting.ChosenSeenByAsync(db, Actor, cancellation);
        // No index is in the order of this, so that none is walked for its sake.
        return await ToRowsAsync((Newest ? seen.OrderBy(e => -e.Sequence) : seen.OrderByDescending(e => -e.Sequence)).Take(size), cancellation);
    }

    private static Task<List<AuditRow>> ToRowsAsync(IQueryable<AuditEvent> events, CancellationToken cancellation) => events.AsNoTracking()
        .Select(e => new AuditRow(e.Sequence, e.At, e.Actor, e.Source, e.Channel, e.Action, e.SubjectKind, e.SubjectId, e.Subject, e.Reason)).ToListAsync(cancellation);
}
