using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Findings;

/// <param name="Lines">How many have been looked at.</param>
/// <param name="Failing">How many of these have errors.</param>
/// <param name="Average">Of their scores; null when there are none.</param>
public sealed record GuardrailTotals(int Lines, int Failing, double? Average);

public sealed record ScoredLine(string Api, string Title, string Version, string Team, string TeamTitle, int Score, int Errors, int Warnings);

/// <param name="Lines">In how many lines it finds something.</param>
/// <param name="Count">How often altogether.</param>
public sealed record CommonRule(string Rule, Severity Severity, int Lines, long Count);

public sealed record TeamScore(string Team, string Title, int Lines, int Failing, double Average);

/// <summary>How the whole catalog, or a team's part of it, stands by the rules; only what the reader may see.</summary>
public sealed class GuardrailReader(IDbContextFactory<MarketplaceDb> databases)
{
    private const int Shown = 15;

    public async Task<GuardrailTotals> TotalsAsync(Actor actor, string? team, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Scores(db, actor, team).GroupBy(_ => 1)
            .Select(g => new GuardrailTotals(g.Count(), g.Count(s => s.Score.Errors > 0), g.Average(s => (double?)s.Score.Score)))
            .SingleOrDefaultAsync(cancellation) ?? new(0, 0, null);
    }

    public async Task<Page<ScoredLine>> WorstAsync(Actor actor, string? team, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Scores(db, actor, team).OrderBy(s => s.Score.Score).ThenByDescending(s => s.Score.Errors).ThenBy(s => s.Line.Api!.Name).ThenBy(s => s.Line.Version)
            .Select(s => new ScoredLine(
                s.Line.Api!.Name, s.Line.Api.Title, s.Line.Version, s.Line.Api.Team!.Name, s.Line.Api.Team.Title, s.Score.Score, s.Score.Errors, s.Score.Warnings))
            .ToPageAsync(page, cancellation);
    }

    public async Task<IReadOnlyList<CommonRule>> MostCommonAsync(Actor actor, string? team, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var revisions = Scores(db, actor, team).Select(s => s.Score.SpecRevisionId);
        var rules = await db.SpecFindings.Where(f => revisions.Contains(f.SpecRevisionId)).GroupBy(f => new { f.Rule, f.Severity })
            .Select(g => new { g.Key.Rule, g.Key.Severity, Lines = g.Count(), Count = g.Sum(f => (long)f.Count) })
            .OrderByDescending(r => r.Lines).ThenBy(r => r.Rule).Take(Shown).ToListAsync(cancellation);
        return [.. rules.Select(r => new CommonRule(r.Rule, r.Severity, r.Lines, r.Count))];
    }

    /// <summary>The worst first.</summary>
    public async Task<Page<TeamScore>> TeamsAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Scores(db, actor, null).GroupBy(s => new { s.Line.Api!.Team!.Name, s.Line.Api.Team.Title })
            .Select(g => new { g.Key.Name, g.Key.Title, Lines = g.Count(), Failing = g.Count(s => s.Score.Errors > 0), Average = g.Average(s => (double)s.Score.Score) })
            .OrderBy(t => t.Average).ThenBy(t => t.Name)
            .Select(t => new TeamScore(t.Name, t.Title, t.Lines, t.Failing, t.Average)).ToPageAsync(page, cancellation);
    }

    private static IQueryable<Scored> Scores(MarketplaceDb db, Actor actor, string? team) =>
        db.ApiVersions.VisibleTo(actor).Where(v => v.Lifecycle != Lifecycle.Retired && (team == null || v.Api!.Team!.Name == team))
            .SelectMany(v => db.SpecScores.Where(s => s.ApiVersionId == v.Id && s.Number == v.Revision), (v, s) => new Scored { Line = v, Score = s });

    private sealed class Scored
    {
        public required ApiVersion Line { get; init; }
        public required SpecScore Score { get; init; }
    }
}
