using System.Data;
using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

public sealed record AuditRow(
    long Sequence, DateTimeOffset At, string Actor, string Source, string? Channel, string Action, string SubjectKind, string SubjectId, string Subject, string? Reason);

/// <summary>Where a list goes on: it grows at its beginning, so that numbered pages would shift.</summary>
/// <param name="Before">Older than this event.</param>
/// <param name="After">Newer than this event.</param>
/// <param name="Size">How many, at most 200.</param>
public sealed record AuditCursor(long? Before = null, long? After = null, int Size = 50);

/// <param name="Items">Newest first.</param>
/// <param name="Older">Whether there are older ones.</param>
/// <param name="Newer">Whether there are newer ones.</param>
public sealed record AuditPart(IReadOnlyList<AuditRow> Items, bool Older, bool Newer);

/// <param name="Event">With what was hashed; empty where it was erased.</param>
/// <param name="Checkpoint">The first checkpoint that holds it.</param>
public sealed record AuditDetail(AuditEvent Event, AuditCheckpoint? Checkpoint);

public sealed class AuditReader(IDbContextFactory<MarketplaceDb> databases, AuditSigner signer)
{
    /// <summary>Newest first, as far as <see cref="AuditVisibility"/> goes.</summary>
    public async Task<AuditPart> ListAsync(Actor actor, AuditFilter filter, AuditCursor cursor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var planned = await db.PlanAnewAsync(cancellation);
        var size = Math.Clamp(cursor.Size, 1, PageRequest.MaximumSize);
        var (before, after) = (cursor.Before, cursor.After);
        var head = await AuditLog.HeadAsync(db, cancellation);
        var selection = await filter.ResolveAsync(db, cancellation);
        // One more than is shown tells whether there are any.
        var rows = await new AuditPortion(selection, actor, Newest: after is null, size + 1)
            .ReadAsync(db, after is null ? 1 : after.Value + 1, after is null && before is not null ? before.Value - 1 : head.Sequence, cancellation);
        var more = rows.Count > size;
        IReadOnlyList<AuditRow> items = [.. rows.Take(size).OrderByDescending(row => row.Sequence)];
        return after is null ? new(items, more, before is not null) : new(items, true, more);
    }

    public async Task<AuditDetail?> FindAsync(Actor actor, long sequence, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await db.AuditEvents.AsNoTracking().SeenBy(db, actor).SingleOrDefaultAsync(e => e.Sequence == sequence, cancellation);
        return found is null
            ? null
            : new(found, await db.AuditCheckpoints.AsNoTracking().Where(c => c.Sequence >= sequence).OrderBy(c => c.Sequence).FirstOrDefaultAsync(cancellation));
    }

    /// <summary>Follows the whole chain, up to where its head and its checkpoints say that it goes.</summary>
    public async Task<ChainVerifier> VerifyAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var head = await AuditLog.HeadAsync(db, cancellation);
        var checkpoints = await db.AuditCheckpoints.AsNoTracking().Select(c => new ChainMark(c.Sequence, c.Hash)).ToListAsync(cancellation);
        var verifier = new ChainVerifier(await signer.ErasuresAsync(cancellation), [.. checkpoints, head.Mark]);
        await foreach (var (_, line) in AuditStream.ReadAsync(databases, (all, after) => all.AuditEvents.Where(e => e.Sequence > after && e.Sequence <= head.Sequence).OrderBy(e => e.Sequence).Take(AuditStream.Portion), cancellation))
            verifier.Add(line);
        verifier.Complete(whole: true);
        return verifier;
    }

    /// <summary>The first sequence number that does not hold, or null.</summary>
    public async Task<long?> FirstBrokenAsync(CancellationToken cancellation) =>
        (await VerifyAsync(cancellation)).Findings is [var first, ..] ? first.Sequence : null;
}
