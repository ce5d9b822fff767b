using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>Signs where the chain stands, if it has grown since the last time.</summary>
public sealed class WriteCheckpoint(IDbContextFactory<MarketplaceDb> databases, AuditSigner signer, TimeProvider clock)
{
    /// <summary>The checkpoint; null where nothing is new.</summary>
    public async Task<AuditCheckpoint?> ExecuteAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var head = await AuditLog.HeadAsync(db, cancellation);
        if (head.Sequence == 0 || await db.AuditCheckpoints.AnyAsync(c => c.Sequence >= head.Sequence, cancellation))
            return null;
        // A chain that was cut or written anew meanwhile is not signed as if it were well.
        if (await db.AuditEvents.Where(e => e.Sequence == head.Sequence).Select(e => e.Hash).SingleOrDefaultAsync(cancellation) is not { } hash
            || !hash.AsSpan().SequenceEqual(head.Hash))
            throw new InvalidOperationException($"The audit trail's head tells of event {head.Sequence}, which is not there as it says.");
        var now = clock.GetUtcNow();
        var payload = new
        {
            iss = signer.Issuer,
            iat = now.ToUnixTimeSeconds(),
            sequence = head.Sequence,
            hash = Convert.ToHexStringLower(head.Hash),
        };
        var (token, kid) = await signer.SignAsync(AuditChain.CheckpointType, payload, cancellation);
        // Another replica may have had the same thought.
        var written = await db.Database.ExecuteSqlAsync(
            $"insert into audit_checkpoint (sequence, hash, at, kid, token) values ({head.Sequence}, {head.Hash}, {now}, {kid}, {token}) on conflict do nothing", cancellation);
        return written == 0 ? null : new() { Sequence = head.Sequence, Hash = head.Hash, At = now, Kid = kid, Token = token };
    }

    /// <summary>The last ones first.</summary>
    public async Task<IReadOnlyList<AuditCheckpoint>> ListAsync(long? before, int size, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.AuditCheckpoints.AsNoTracking().Where(c => before == null || c.Sequence < before)
            .OrderByDescending(c => c.Sequence).Take(Math.Clamp(size, 1, PageRequest.MaximumSize)).ToListAsync(cancellation);
    }
}
