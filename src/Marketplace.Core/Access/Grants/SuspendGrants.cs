using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants;

/// <summary>
/// Sets all grants of a scope aside, and lets them go on. One with an end goes on by itself: data planes are told that it
/// begins again then. Who is less than whoever suspended cannot resume.
/// </summary>
public sealed class SuspendGrants(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <param name="until">When they go on by themselves; null for when somebody says so.</param>
    public async Task<Outcome<ChangedGrants>> ExecuteAsync(Actor actor, GrantScope scope, DateTimeOffset? until, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var held = await HeldGrants.TakeAsync(db, actor, scope, now, cancellation);
        if (!held.Succeeded)
            return held.Failed<ChangedGrants>();
        var problems = Check(reason);
        if (until <= now)
            problems.Add(new("until_past", "Choose a moment to come, or none.", "until"));
        // What a security officer suspended does not become an owner's to resume.
        var grants = held.Value.FindAll(g => !g.Suspended || g.ActorIs > g.SuspendedAs);
        if (grants.Count == 0)
            problems.Add(new("already_suspended", "All of these are suspended already."));
        if (problems.Count > 0)
            return problems;

        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant g set suspended_at = {now}, suspended_until = {until}::timestamptz, suspended_by = {actor.Id}, suspend_reason = {reason.Trim()}, suspended_as = h.party
            from unnest({grants.Select(g => g.Id).ToArray()}, {grants.Select(g => StoredEnum.ToWord(g.ActorIs)).ToArray()}) as h (id, party) where g.id = h.id
            """, cancellation);
        var means = until is { } end ? $"Calls are refused until {end:yyyy-MM-dd HH:mm} UTC." : "Calls are refused until somebody resumes them.";
        var revision = await RecordAsync(
            db, now, actor, grants, "grant.suspended", PolicyChangeKind.Suspended, new(NotificationKind.GrantSuspended, "are suspended", "is suspended", means, reason.Trim()),
            new { suspended = true, until }, cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision);
    }

    public async Task<Outcome<ChangedGrants>> ResumeAsync(Actor actor, GrantScope scope, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var held = await HeldGrants.TakeAsync(db, actor, scope, now, cancellation);
        if (!held.Succeeded)
            return held.Failed<ChangedGrants>();
        var problems = Check(reason);
        var suspended = held.Value.FindAll(g => g.Suspended);
        var grants = suspended.FindAll(g => g.ActorIs >= g.SuspendedAs);
        if (grants.Count == 0)
            problems.Add(suspended.Count == 0
                ? new("already_resumed", "None of these is suspended.")
                : new(Problem.Forbidden, "An owner of the API or a security officer suspended these: only they resume them."));
        if (problems.Count > 0)
            return problems;

        Guid[] ids = [.. grants.Select(g => g.Id)];
        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant set suspended_at = null, suspended_until = null, suspended_by = null, suspended_as = null, suspend_reason = null
            where id = any({ids})
            """, cancellation);
        var revision = await RecordAsync(
            db, now, actor, grants, "grant.resumed", PolicyChangeKind.Resumed,
            new(NotificationKind.GrantSuspended, "go on: they are suspended no longer", "goes on: it is suspended no longer", "Calls pass again.", reason.Trim()),
            new { suspended = false }, cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision);
    }

    private static async Task<long> RecordAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, List<HeldGrant> grants, string action, string change, GrantStory story, object after, CancellationToken cancellation)
    {
        await GrantNews.TellAsync(db, now, actor, story, grants, cancellation);
        await GrantRecord.AuditAsync(db, now, actor, action, story.Reason, grants, g => new { suspended = g.Suspended }, after, cancellation);
        return await PolicyLog.AppendAsync(db, now, GrantRecord.Changes(change, grants), cancellation);
    }

    private static List<Problem> Check(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 2000
        ? [new("reason_missing", "Say why in at most 2000 characters: both teams will read it.", "reason")]
        : [];
}
