using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Usage;

/// <param name="Start">When this part of the time began.</param>
/// <param name="Issued">Tokens.</param>
/// <param name="Refused">Requests.</param>
public sealed record UsagePoint(DateTimeOffset Start, long Issued, long Refused);

public sealed record RefusalRow(string Reason, string Detail, long Count);

public sealed record IssueRow(string ClientId, string Application, string Audience, long Count);

public sealed record TokenUsageReport(IReadOnlyList<UsagePoint> Points, IReadOnlyList<RefusalRow> Refusals, IReadOnlyList<IssueRow> Issues);

/// <summary>What the token plane did: for platform roles all of it, for others that of their teams' applications.</summary>
public sealed class TokenUsageReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int Shown = 20;

    /// <param name="actor">Who asks.</param>
    /// <param name="part">How long each point lasts; a multiple of a minute.</param>
    /// <param name="parts">How many points, the last of them now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<TokenUsageReport> ReadAsync(Actor actor, TimeSpan part, int parts, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var last = now.AddTicks(-(now.UtcTicks % part.Ticks));
        var first = last - part * (parts - 1);
        var usage = Seen(db, actor).Where(u => u.Minute >= first);

        var minutes = await usage.GroupBy(u => new { u.Minute, IsIssued = u.Reason == "" })
            .Select(g => new { g.Key.Minute, g.Key.IsIssued, Count = g.Sum(u => u.Count) }).ToListAsync(cancellation);
        var byPart = minutes.ToLookup(m => (int)((m.Minute - first) / part));
        var points = Enumerable.Range(0, parts).Select(i => new UsagePoint(
            first + part * i, byPart[i].Where(m => m.IsIssued).Sum(m => m.Count), byPart[i].Where(m => !m.IsIssued).Sum(m => m.Count)));

        var refusals = await usage.Where(u => u.Reason != "").GroupBy(u => new { u.Reason, u.Detail })
            .Select(g => new { g.Key.Reason, g.Key.Detail, Count = g.Sum(u => u.Count) })
            .OrderByDescending(r => r.Count).ThenBy(r => r.Reason).Take(Shown).ToListAsync(cancellation);
        var issues = await usage.Where(u => u.Reason == "")
            .Join(db.Applications, u => u.ApplicationId, a => a.Id, (u, a) => new { a.ClientId, a.Name, u.Audience, u.Count })
            .GroupBy(i => new { i.ClientId, i.Name, i.Audience })
            .Select(g => new { g.Key.ClientId, g.Key.Name, g.Key.Audience, Count = g.Sum(i => i.Count) })
            .OrderByDescending(i => i.Count).ThenBy(i => i.Name).Take(Shown).ToListAsync(cancellation);
        return new(
            [.. points],
            [.. refusals.Select(r => new RefusalRow(r.Reason, r.Detail, r.Count))],
            [.. issues.Select(i => new IssueRow(i.ClientId, i.Name, i.Audience, i.Count))]);
    }

    private static IQueryable<TokenUsage> Seen(MarketplaceDb db, Actor actor) =>
        actor.ReadsEverything
            ? db.Set<TokenUsage>()
            : db.Set<TokenUsage>().Where(u => db.Applications.WithMember(actor).Any(a => a.Id == u.ApplicationId));
}
