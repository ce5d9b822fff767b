using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Runs;

/// <param name="Api">Its name.</param>
/// <param name="Rules">Those whose errors are new.</param>
public sealed record TriedLine(
    string Api, string Title, string Version, string Team, string TeamTitle, int ErrorsBefore, int ErrorsAfter, int ScoreBefore, int ScoreAfter, IReadOnlyList<string> Rules);

/// <summary>Asks what a ruleset would change, over the whole catalog, before it holds.</summary>
public sealed class TryRuleset(IDbContextFactory<MarketplaceDb> databases, RulesetEditors editors, TimeProvider clock)
{
    /// <summary>The run; the same for all who ask until it is done.</summary>
    public async Task<Outcome<RunView>> ExecuteAsync(Actor actor, int number, CancellationToken cancellation)
    {
        if (!await editors.IncludeAsync(actor, cancellation))
            return RulesetEditors.NotYours;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Rulesets.AnyAsync(r => r.Number == number, cancellation))
            return new Problem(Problem.NotFound, $"There is no ruleset {number}.", "number");
        await RulesetRun.AskAsync(db, number, RunKind.Trial, actor.Id, clock.GetUtcNow(), cancellation);
        return (await RunView.NewestAsync(db, number, RunKind.Trial, cancellation))!;
    }

    /// <summary>The lines that the newest trial would newly fail, the worst first, as far as the reader sees them; null when it was never tried.</summary>
    public async Task<Page<TriedLine>?> NewlyFailingAsync(Actor actor, int number, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await RunView.NewestAsync(db, number, RunKind.Trial, cancellation) is not { } run)
            return null;
        // As Visibility has it: a draft is its team's own.
        var total = (await db.Database.SqlQuery<int>(
            $"""
            select count(*)::int as "Value" from ruleset_run_line l join api_version v on v.id = l.api_version_id join api a on a.id = v.api_id
            where l.run_id = {run.Id} and cardinality(l.rules) > 0
              and ({actor.ReadsEverything} or v.lifecycle <> 'draft' or exists (select from membership m where m.team_id = a.team_id and m.person_id = {actor.Id}))
            """).ToListAsync(cancellation))[0];
        var rows = await db.Database.SqlQuery<TriedLineSql>(
            $"""
            select a.name as "Api", a.title as "Title", v.version as "Version", t.name as "Team", t.title as "TeamTitle", l.errors_before as "ErrorsBefore",
              l.errors_after as "ErrorsAfter", l.score_before as "ScoreBefore", l.score_after as "ScoreAfter", l.rules as "Rules"
            from ruleset_run_line l join api_version v on v.id = l.api_version_id join api a on a.id = v.api_id join team t on t.id = a.team_id
            where l.run_id = {run.Id} and cardinality(l.rules) > 0
              and ({actor.ReadsEverything} or v.lifecycle <> 'draft' or exists (select from membership m where m.team_id = a.team_id and m.person_id = {actor.Id}))
            order by l.errors_after - l.errors_before desc, a.name, v.version offset {page.Skip} limit {page.Size}
            """).ToListAsync(cancellation);
        return new(
            [.. rows.Select(r => new TriedLine(r.Api, r.Title, r.Version, r.Team, r.TeamTitle, r.ErrorsBefore, r.ErrorsAfter, r.ScoreBefore, r.ScoreAfter, r.Rules))], total, page);
    }

    private sealed record TriedLineSql(
        string Api, string Title, string Version, string Team, string TeamTitle, int ErrorsBefore, int ErrorsAfter, int ScoreBefore, int ScoreAfter, string[] Rules);
}
