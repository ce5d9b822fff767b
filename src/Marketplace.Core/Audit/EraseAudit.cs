using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <param name="Years">Younger content stays, whoever asks.</param>
public sealed record AuditRetention(int Years = 7);

/// <param name="AskedBy">Their name.</param>
/// <param name="DecidedBy">Who erased it or took it back.</param>
/// <param name="Outcome"><c>erased</c>, <c>withdrawn</c>; null while it waits for a second person.</param>
public sealed record AuditErasureRow(
    Guid Id, DateTimeOffset Before, string Reason, string AskedBy, Guid AskedById, DateTimeOffset AskedAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? Outcome,
    long? UpTo);

/// <summary>
/// Takes the content of old events away, by four eyes. Number and hashes stay, and an event on the chain tells what was
/// erased and by whom, so that the chain goes on to hold and nothing else can pass for it.
/// </summary>
public sealed class EraseAudit(IDbContextFactory<MarketplaceDb> databases, AuditSigner signer, AuditRetention retention, TimeProvider clock)
{
    public const string NotYours = "Only administrators and security officers have the content of old events erased.";

    /// <summary>What was agreed, or what the database holds everybody to where that is longer.</summary>
    public async Task<int> YearsAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return Math.Max(retention.Years, await db.Database.SqlQuery<int>($"select years as \"Value\" from audit_retention").SingleAsync(cancellation));
    }

    public static bool MayAsk(Actor actor) => actor.Role is PlatformRole.Administrator or PlatformRole.SecurityOfficer;

    public async Task<Outcome<Guid>> AskAsync(Actor actor, DateTimeOffset before, string reason, CancellationToken cancellation)
    {
        if (!MayAsk(actor))
            return new Problem(Problem.Forbidden, NotYours);
        var (now, years) = (clock.GetUtcNow(), await YearsAsync(cancellation));
        if (before > now.AddYears(-years))
            return new Problem("too_young", $"Content stays for {years} years: choose {now.AddYears(-years):yyyy-MM-dd} or earlier.", "before");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            return new Problem("reason_missing", "Say why in at most 2000 characters; it stays on the audit trail.", "reason");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"lock table audit_erasure in share row exclusive mode", cancellation);
        if (await db.AuditErasures.AnyAsync(e => e.Outcome == null, cancellation))
            return new Problem(Problem.Conflict, "An erasure waits already; confirm or withdraw that one first.");
        var erasure = new AuditErasure { Before = before.ToUniversalTime(), Reason = reason.Trim(), AskedBy = actor.Id, AskedAt = now };
        db.Add(erasure);
        await AuditLog.AppendAsync(db, now, actor, Entry("audit.erasure_asked", erasure, new { after = new { erasure.Before } }), cancellation);
        await transaction.CommitAsync(cancellation);
        return erasure.Id;
    }

    public async Task<Outcome<Guid>> WithdrawAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        if (!MayAsk(actor))
            return new Problem(Problem.Forbidden, NotYours);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await WaitingAsync(db, id, cancellation) is not { } erasure)
            return new Problem(Problem.NotFound, "No such erasure waits.");
        var now = clock.GetUtcNow();
        (erasure.Outcome, erasure.DecidedBy, erasure.DecidedAt) = (AuditErasure.Withdrawn, actor.Id, now);
        await AuditLog.AppendAsync(db, now, actor, Entry("audit.erasure_withdrawn", erasure, new { before = new { erasure.Before } }), cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <summary>The second person says yes, and it is done.</summary>
    public async Task<Outcome<long>> ConfirmAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        if (!MayAsk(actor))
            return new Problem(Problem.Forbidden, NotYours);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await WaitingAsync(db, id, cancellation) is not { } erasure)
            return new Problem(Problem.NotFound, "No such erasure waits.");
        if (erasure.AskedBy == actor.Id)
            return new Problem(Problem.Forbidden, "You asked for it yourself: another administrator or security officer confirms it.");
        // The first event that is too young ends it, so that what is erased has no gaps.
        var young = await db.AuditEvents.Where(e => e.At >= erasure.Before).MinAsync(e => (long?)e.Sequence, cancellation);
        var upTo = await db.AuditEvents.Where(e => young == null || e.Sequence < young).MaxAsync(e => (long?)e.Sequence, cancellation) ?? 0;
        if (upTo == 0 || !await db.AuditEvents.AnyAsync(e => e.Sequence <= upTo && e.Content != "", cancellation))
            return new Problem("nothing_to_erase", $"No event from before {erasure.Before:yyyy-MM-dd} has any content.");
        var now = clock.GetUtcNow();
        (erasure.Outcome, erasure.DecidedBy, erasure.DecidedAt, erasure.UpTo) = (AuditErasure.Erased, actor.Id, now, upTo);
        await AuditLog.AppendAsync(db, now, actor, Entry(AuditChain.ErasedAction, erasure, await StatementAsync(db, erasure, upTo, actor, cancellation)), cancellation);
        // Reads and writes every old event: longer than a page may take.
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        await db.Database.ExecuteSqlAsync($"select audit_erase({upTo})", cancellation);
        await transaction.CommitAsync(cancellation);
        return upTo;
    }

    public async Task<IReadOnlyList<AuditErasureRow>> ListAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.AuditErasures.OrderByDescending(e => e.AskedAt).Take(100).Select(e => new AuditErasureRow(
            e.Id, e.Before, e.Reason, db.People.Where(p => p.Id == e.AskedBy).Select(p => p.DisplayName).First(), e.AskedBy, e.AskedAt,
            db.People.Where(p => p.Id == e.DecidedBy).Select(p => p.DisplayName).FirstOrDefault(), e.DecidedAt, e.Outcome, e.UpTo)).ToListAsync(cancellation);
    }

    private async Task<object> StatementAsync(MarketplaceDb db, AuditErasure erasure, long upTo, Actor actor, CancellationToken cancellation)
    {
        var asker = await db.People.Where(p => p.Id == erasure.AskedBy).Select(p => p.DisplayName).SingleAsync(cancellation);
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        var hashes = (await db.Database.SqlQuery<string>(
            $"select encode(sha256(string_agg(hash, ''::bytea order by sequence)), 'hex') as \"Value\" from audit_event where sequence <= {upTo}").ToListAsync(cancellation))[0];
        var (statement, _) = await signer.SignAsync(
            AuditChain.ErasureType,
            new { iss = signer.Issuer, iat = clock.GetUtcNow().ToUnixTimeSeconds(), up_to = upTo, hashes, before = erasure.Before, asked_by = asker, confirmed_by = actor.Name, reason = erasure.Reason },
            cancellation);
        return new { up_to = upTo, hashes, older_than = erasure.Before, asked_by = asker, confirmed_by = actor.Name, statement };
    }

    private static Task<AuditErasure?> WaitingAsync(MarketplaceDb db, Guid id, CancellationToken cancellation) =>
        db.AuditErasures.FromSql($"select * from audit_erasure where id = {id} and outcome is null for update").SingleOrDefaultAsync(cancellation);

    private static AuditEntry Entry(string action, AuditErasure erasure, object details) =>
        new(action, "audit", erasure.Id.ToString(), $"content from before {erasure.Before:yyyy-MM-dd}", erasure.Reason, details);
}
