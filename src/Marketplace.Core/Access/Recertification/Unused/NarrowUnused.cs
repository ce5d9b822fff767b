using Marketplace.Core.Access.Grants;
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
    internal const string GivenUp = "Not used for 90 days, given up by its team.";

    public Task<Outcome<NarrowedUnused>> GiveUpAsync(Actor actor, NarrowingTarget target, CancellationToken cancellation) =>
        EndAsync(actor, target, null, GivenUp, cancellation);

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
        var changed = (await HeldGrants.TakeAsync(db, actor, grants, now, cancellation)).FindAll(g => g.ValidUntil > until);
        if (changed.Count == 0)
            return grants.Length == 0 ? NarrowingTarget.NothingUnused : new Problem("already_ending", $"All of them end before {until:yyyy-MM-dd} anyway.");
        var revision = await EndGrants.EndAsync(db, actor, changed, days is null ? null : until, reason, now, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return new NarrowedUnused(changed.Count, until, revision);
    }
}
