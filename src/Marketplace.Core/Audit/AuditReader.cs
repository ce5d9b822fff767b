using System.Data;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <param name="Action">Exactly, such as <c>grant.revoked</c>.</param>
/// <param name="SubjectKind">Such as <c>application</c>.</param>
/// <param name="Text">In the subject or the actor's name.</param>
public sealed record AuditFilter(string? Action = null, string? SubjectKind = null, string? Text = null);

public sealed record AuditRow(
    long Sequence, DateTimeOffset At, string Actor, string Source, string Action, string SubjectKind, string SubjectId, string Subject, string? Reason);

public sealed class AuditReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Newest first, as far as <see cref="AuditVisibility"/> goes.</summary>
    public async Task<Page<AuditRow>> ListAsync(Actor actor, AuditFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var text = string.IsNullOrWhiteSpace(filter.Text) ? null : "%" + filter.Text.Trim().Replace("%", "\\%", StringComparison.Ordinal) + "%";
        return await db.AuditEvents.SeenBy(db, actor)
            .Where(e => (filter.Action == null || e.Action == filter.Action)
                && (filter.SubjectKind == null || e.SubjectKind == filter.SubjectKind)
                && (text == null || EF.Functions.ILike(e.Subject, text) || EF.Functions.ILike(e.Actor, text)))
            .OrderByDescending(e => e.Sequence)
            .Select(e => new AuditRow(e.Sequence, e.At, e.Actor, e.Source, e.Action, e.SubjectKind, e.SubjectId, e.Subject, e.Reason))
            .ToPageAsync(page, cancellation);
    }

    /// <summary>Recomputes the chain, up to where its head says that it ends. The first sequence number that does not hold, or null.</summary>
    public async Task<long?> FirstBrokenAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // One snapshot for both reads: the head may move on meanwhile.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var head = await AuditLog.HeadAsync(db, cancellation);
        var previous = new byte[32];
        var expected = 1L;
        await foreach (var e in db.AuditEvents.AsNoTracking().OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (e.Sequence != expected || !e.PreviousHash.AsSpan().SequenceEqual(previous)
                || !e.Hash.AsSpan().SequenceEqual(AuditLog.HashOf(previous, e.Content)) || !AuditLog.ContentTells(e))
                return expected;
            previous = e.Hash;
            expected++;
        }

        // Events taken off the end leave a chain that holds.
        return head.Sequence == expected - 1 && head.Hash.AsSpan().SequenceEqual(previous) ? null : expected;
    }
}
