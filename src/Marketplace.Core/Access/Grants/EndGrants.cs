using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants;

/// <param name="Grants">How many.</param>
/// <param name="Applications">Of how many applications.</param>
/// <param name="Revision">The policy revision from which data planes know; null where they need not.</param>
public sealed record ChangedGrants(int Grants, int Applications, long? Revision)
{
    /// <summary>How many more of the scope stay suspended as they were: for as long already, or by somebody who is more.</summary>
    public int LeftOut { get; init; }

    internal static ChangedGrants Of(IReadOnlyList<HeldGrant> grants, long? revision) =>
        new(grants.Count, grants.Select(g => g.ApplicationId).Distinct().Count(), revision);
}

/// <summary>
/// Ends all grants of a scope in one transaction: now, or at a moment to come. That is carried as an earlier end, which
/// every data plane holds to by itself, also when nobody of ours can be reached then.
/// </summary>
public sealed class EndGrants(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <param name="at">When; null for now.</param>
    /// <param name="reason">Read by the teams that lose access, and kept in the audit trail.</param>
    public async Task<Outcome<ChangedGrants>> ExecuteAsync(Actor actor, GrantScope scope, DateTimeOffset? at, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await HeldGrants.ScopeAsync(db, scope, cancellation);
        var now = clock.GetUtcNow();
        var problems = Check(reason, at, now);
        var held = await HeldGrants.TakeAsync(db, actor, scope, now, cancellation);
        if (!held.Succeeded)
            return held.Failed<ChangedGrants>();
        if (problems.Count > 0)
            return problems;
        var grants = at is { } moment ? held.Value.FindAll(g => g.ValidUntil > moment) : held.Value;
        if (grants.Count == 0)
            return new Problem("already_ends", "All of these end before that already.", "at");

        var revision = await EndAsync(db, actor, grants, at, reason.Trim(), now, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision);
    }

    /// <summary>The scheduled ends of a scope do not come: each grant lasts as long as it did. Not for who is less than whoever set them.</summary>
    public async Task<Outcome<ChangedGrants>> KeepAsync(Actor actor, GrantScope scope, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await HeldGrants.ScopeAsync(db, scope, cancellation);
        var now = clock.GetUtcNow();
        var held = await HeldGrants.TakeAsync(db, actor, scope, now, cancellation);
        if (!held.Succeeded)
            return held.Failed<ChangedGrants>();
        var problems = Check(reason, null, now);
        var set = held.Value.FindAll(g => g.EndSetAs is not null);
        var grants = set.FindAll(g => g.ActorIs >= g.EndSetAs);
        if (grants.Count == 0)
            problems.Add(set.Count == 0
                ? new("already_kept", "None of these was to end early.")
                : new(Problem.Forbidden, "An owner of the API or a security officer set this end: only they take it back."));
        if (problems.Count > 0)
            return problems;

        Guid[] ids = [.. grants.Select(g => g.Id)];
        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant set valid_until = until_before,
              until_before = null, end_set_at = null, end_set_by = null, end_set_as = null, end_set_reason = null
            where id = any({ids})
            """, cancellation);
        await GrantNews.TellAsync(
            db, now, actor,
            new(NotificationKind.GrantRevoked, "go on: they do not end early", "goes on: it does not end early", "They last as long as was approved.", reason.Trim()), grants, cancellation);
        await GrantRecord.AuditAsync(db, now, actor, "grant.end_taken_back", reason.Trim(), grants, g => new { until = g.ValidUntil }, new { until = "as approved" }, cancellation);
        var revision = await PolicyLog.AppendAsync(db, now, GrantRecord.Changes(PolicyChangeKind.Granted, grants), cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision);
    }

    /// <summary>Within a transaction that holds these grants; the last that it does before it commits.</summary>
    internal static async Task<long> EndAsync(
        MarketplaceDb db, Actor actor, IReadOnlyList<HeldGrant> grants, DateTimeOffset? at, string reason, DateTimeOffset now, IReadOnlyList<PolicyChangeDraft> more,
        CancellationToken cancellation)
    {
        if (at is not { } moment)
        {
            await GrantNews.TellAsync(db, now, actor, new(NotificationKind.GrantRevoked, "were revoked", "was revoked", "Calls are refused from now on.", reason), grants, cancellation);
            return await RevokeAsync(db, actor, grants, new { until = now }, reason, now, more, cancellation);
        }

        Guid[] ids = [.. grants.Select(g => g.Id)];
        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant g set until_before = coalesce(g.until_before, g.valid_until), valid_until = {moment},
              end_set_at = {now}, end_set_by = {actor.Id}, end_set_reason = {reason}, end_set_as = h.party
            from unnest({ids}, {grants.Select(g => StoredEnum.ToWord(SetterOf(g))).ToArray()}) as h (id, party) where g.id = h.id
            """, cancellation);
        await GrantNews.TellAsync(
            db, now, actor,
            new(NotificationKind.GrantRevoked, $"end on {moment:yyyy-MM-dd}", $"ends on {moment:yyyy-MM-dd}", $"From {moment:yyyy-MM-dd HH:mm} UTC calls are refused.", reason),
            grants, cancellation);
        return await RecordAsync(db, actor, "grant.end_set", grants, new { until = moment }, reason, now, more, cancellation);
    }

    /// <summary>As <see cref="EndAsync"/> does it now, for whoever tells people in other words.</summary>
    /// <param name="after">For the audit trail.</param>
    internal static async Task<long> RevokeAsync(
        MarketplaceDb db, Actor actor, IReadOnlyList<HeldGrant> grants, object after, string reason, DateTimeOffset now, IReadOnlyList<PolicyChangeDraft> more,
        CancellationToken cancellation)
    {
        Guid[] ids = [.. grants.Select(g => g.Id)];
        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant g set ended_at = {now}, ended_by = {actor.Id}, end_kind = 'revoked', end_reason = {reason}, ended_as = h.party
            from unnest({ids}, {grants.Select(g => StoredEnum.ToWord(g.ActorIs)).ToArray()}) as h (id, party) where g.id = h.id
            """, cancellation);
        return await RecordAsync(db, actor, "grant.revoked", grants, after, reason, now, more, cancellation);
    }

    private static async Task<long> RecordAsync(
        MarketplaceDb db, Actor actor, string action, IReadOnlyList<HeldGrant> grants, object after, string reason, DateTimeOffset now, IReadOnlyList<PolicyChangeDraft> more,
        CancellationToken cancellation)
    {
        await GrantRecord.AuditAsync(db, now, actor, action, reason, grants, g => new { until = g.ValidUntil }, after, cancellation);
        return await PolicyLog.AppendAsync(db, now, [.. GrantRecord.Changes(PolicyChangeKind.Revoked, grants), .. more], cancellation);
    }

    /// <summary>Who is less and brings an end further forward does not make it theirs: taken back, all of it would go.</summary>
    private static GrantParty SetterOf(HeldGrant grant) => grant.EndSetAs is { } before && before > grant.ActorIs ? before : grant.ActorIs;

    private static List<Problem> Check(string reason, DateTimeOffset? at, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            problems.Add(new("reason_missing", "Say why in at most 2000 characters: the teams that lose access will read it.", "reason"));
        if (at <= now)
            problems.Add(new("at_past", "Choose a moment to come, or none for now.", "at"));
        return problems;
    }
}
