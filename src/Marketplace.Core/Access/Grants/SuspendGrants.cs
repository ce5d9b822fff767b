using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Grants;

/// <summary>
/// Sets all grants of a scope aside, and lets them go on. One with an end goes on by itself: data planes are told that it
/// begins again then. Who is less than whoever suspended cannot resume. Of two suspensions the later end counts, and
/// whoever is more: none is shortened by another.
/// </summary>
public sealed class SuspendGrants(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <param name="until">When they go on by themselves; null for when somebody says so.</param>
    /// <returns>Without those that are suspended by somebody who is more, or for as long already.</returns>
    public async Task<Outcome<ChangedGrants>> ExecuteAsync(Actor actor, GrantScope scope, DateTimeOffset? until, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await HeldGrants.ScopeAsync(db, scope, cancellation);
        var now = clock.GetUtcNow();
        var held = await HeldGrants.TakeAsync(db, actor, scope, now, cancellation);
        if (!held.Succeeded)
            return held.Failed<ChangedGrants>();
        var problems = Check(reason);
        if (until <= now)
            problems.Add(new("until_past", "Choose a moment to come, or none.", "until"));
        // What a security officer suspended does not become an owner's to resume.
        var grants = held.Value.FindAll(g => !g.Suspended || g.ActorIs > g.SuspendedAs || (g.ActorIs == g.SuspendedAs && IsLonger(until, g.SuspendedUntil)));
        if (grants.Count == 0)
            problems.Add(new("already_suspended", "All of these are suspended already: for as long, or by an owner of the API or a security officer, who alone can extend it."));
        if (problems.Count > 0)
            return problems;

        await db.Database.ExecuteSqlAsync(
            $"""
            update access_grant g set suspended_at = {now}, suspended_by = {actor.Id}, suspend_reason = {reason.Trim()}, suspended_as = h.party,
              suspended_until = nullif(greatest(coalesce({until}::timestamptz, 'infinity'), case when g.suspended_at is not null then coalesce(g.suspended_until, 'infinity') end), 'infinity')
            from unnest({grants.Select(g => g.Id).ToArray()}, {grants.Select(g => StoredEnum.ToWord(g.ActorIs)).ToArray()}) as h (id, party) where g.id = h.id
            """, cancellation);
        foreach (var group in grants.GroupBy(g => g.Suspended && IsLonger(g.SuspendedUntil, until) ? g.SuspendedUntil : until))
        {
            var means = group.Key is { } end ? $"Calls are refused until {end:yyyy-MM-dd HH:mm} UTC." : "Calls are refused until somebody resumes them.";
            await RecordAsync(
                db, now, actor, [.. group], "grant.suspended", new(NotificationKind.GrantSuspended, "are suspended", "is suspended", means, reason.Trim()),
                new { suspended = true, until = group.Key }, cancellation);
        }
        var revision = await PolicyLog.AppendAsync(db, now, GrantRecord.Changes(PolicyChangeKind.Suspended, grants), cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision) with { LeftOut = held.Value.Count - grants.Count };
    }

    public async Task<Outcome<ChangedGrants>> ResumeAsync(Actor actor, GrantScope scope, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await HeldGrants.ScopeAsync(db, scope, cancellation);
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
        await RecordAsync(
            db, now, actor, grants, "grant.resumed",
            new(NotificationKind.GrantSuspended, "go on: they are suspended no longer", "goes on: it is suspended no longer", "Calls pass again.", reason.Trim()),
            new { suspended = false }, cancellation);
        var revision = await PolicyLog.AppendAsync(db, now, GrantRecord.Changes(PolicyChangeKind.Resumed, grants), cancellation);
        await transaction.CommitAsync(cancellation);
        return ChangedGrants.Of(grants, revision) with { LeftOut = suspended.Count - grants.Count };
    }

    private static async Task RecordAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, List<HeldGrant> grants, string action, GrantStory story, object after, CancellationToken cancellation)
    {
        await GrantNews.TellAsync(db, now, actor, story, grants, cancellation);
        await GrantRecord.AuditAsync(db, now, actor, action, story.Reason, grants, g => new { suspended = g.Suspended, until = g.Suspended ? g.SuspendedUntil : null }, after, cancellation);
    }

    /// <summary>Null is until somebody says so.</summary>
    private static bool IsLonger(DateTimeOffset? one, DateTimeOffset? other) => other is not null && (one is null || one > other);

    private static List<Problem> Check(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 2000
        ? [new("reason_missing", "Say why in at most 2000 characters: both teams will read it.", "reason")]
        : [];
}
