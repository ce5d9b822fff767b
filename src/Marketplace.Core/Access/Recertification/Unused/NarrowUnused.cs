using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <param name="Ends">When they end.</param>
public sealed record NarrowedUnused(int Endpoints, DateTimeOffset Ends, long Revision);

/// <summary>What an application does not use ends: at once when its own team gives it up, with notice when the owners of the API say so.</summary>
public sealed class NarrowUnused(IDbContextFactory<MarketplaceDb> databases, UnusedReader unused, TimeProvider clock)
{
    public const int ShortestNotice = 7;
    public const int LongestNotice = 90;

    public Task<Outcome<NarrowedUnused>> GiveUpAsync(Actor actor, NarrowingTarget target, CancellationToken cancellation) =>
        EndAsync(actor, target, null, "Not used for 90 days, given up by its team.", cancellation);

    /// <param name="days">7 to 90.</param>
    public async Task<Outcome<NarrowedUnused>> WithNoticeAsync(Actor actor, NarrowingTarget target, int days, string? reason, CancellationToken cancellation)
    {
        List<Problem> problems = [];
        if (days is < ShortestNotice or > LongestNotice)
            problems.Add(new("notice_length", $"Give {ShortestNotice} to {LongestNotice} days' notice.", "days"));
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
            problems.Add(new("reason_missing", "Say why in at most 2000 characters: the team that loses access will read it.", "reason"));
        return problems.Count > 0 ? problems : await EndAsync(actor, target, days, reason!.Trim(), cancellation);
    }

    private async Task<Outcome<NarrowedUnused>> EndAsync(Actor actor, NarrowingTarget target, int? days, string reason, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var ends = await target.HeldAsync(db, actor, cancellation);
        if (ends is null || !(days is null ? ends.MayGiveUp : ends.MayAsk))
            return new Problem(Problem.NotFound, days is null
                ? "There is no such application of your teams."
                : "There is no such access that you may narrow: owners of the API and security officers may.");
        var now = clock.GetUtcNow();
        var until = now.AddDays(days ?? 0);
        Guid[] grants = [.. (await unused.EndpointsAsync(db, actor, target.Filter, cancellation)).Select(e => e.Grant)];
        var changed = days is null
            ? await GrantChanges.RevokeAsync(db, now, actor, grants, reason, cancellation)
            : await GrantChanges.ShortenAsync(db, now, grants, until, cancellation);
        if (changed.Count == 0)
            return grants.Length == 0 ? NarrowingTarget.NothingUnused : new Problem("already_ending", $"All of them end before {until:yyyy-MM-dd} anyway.");
        await GrantChanges.TellAsync(db, now, actor, changed, days is null ? null : until, reason, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                days is null ? "narrowing.given_up" : "narrowing.notice", "application", ends.ApplicationId.ToString(), target.Name, reason,
                new { environment = target.Environment, days, grants = GrantChanges.Details(changed, days is null ? null : until) }),
            cancellation);
        var revision = await GrantChanges.PublishAsync(db, now, changed, cancellation);
        await transaction.CommitAsync(cancellation);
        return new NarrowedUnused(changed.Count, until, revision!.Value);
    }
}
