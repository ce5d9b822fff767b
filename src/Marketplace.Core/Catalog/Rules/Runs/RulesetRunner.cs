using System.Text;
using System.Text.Json;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Runs;

/// <summary>Does the runs that were asked for, one at a time, over all replicas. What one leaves unfinished, another begins anew.</summary>
public sealed class RulesetRunner(IDbContextFactory<MarketplaceDb> databases, RulesetShelf shelf, TimeProvider clock)
{
    private const int Batch = 20;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions ColumnNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Documents that were published before rules held are held against them as well.</summary>
    public async Task CatchUpAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var behind = await db.SpecRevisions.AnyAsync(
            r => db.ApiVersions.Any(v => v.Id == r.ApiVersionId && v.Revision == r.Number && v.Lifecycle != Lifecycle.Retired)
                && !db.SpecScores.Any(s => s.SpecRevisionId == r.Id), cancellation);
        if (behind)
            await RulesetRun.AskAsync(db, await RulesetShelf.NumberInEffectAsync(db, cancellation), RunKind.Effect, null, clock.GetUtcNow(), cancellation);
    }

    /// <summary>False when there was nothing to do.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await ClaimAsync(db, cancellation) is not { } run)
            return false;
        try
        {
            await (run.Kind == RunKind.Trial ? TryAsync(db, run, cancellation) : WriteDownAsync(db, run, cancellation));
            await EndAsync(db, run.Id, RunState.Done, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await EndAsync(db, run.Id, RunState.Failed, cancellation);
            throw;
        }
        return true;
    }

    private async Task<RulesetRun?> ClaimAsync(MarketplaceDb db, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var claimed = await db.Database.SqlQuery<Guid>(
            $"""
            update ruleset_run set state = 'running', told_at = {now}, done = 0 where id = (
              select id from ruleset_run where state = 'waiting' or (state = 'running' and told_at < {now - Silence})
              order by asked_at, id for update skip locked limit 1) returning id as "Value"
            """).ToListAsync(cancellation);
        return claimed is [var id] ? await db.RulesetRuns.AsNoTracking().SingleAsync(r => r.Id == id, cancellation) : null;
    }

    private async Task TryAsync(MarketplaceDb db, RulesetRun run, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"delete from ruleset_run_line where run_id = {run.Id}", cancellation);
        var (_, now) = await shelf.InEffectAsync(db, cancellation);
        var then = await shelf.GetAsync(db, run.Ruleset, cancellation);
        await foreach (var lines in BatchesAsync(db, run, cancellation))
        {
            var rows = lines.ConvertAll(line =>
            {
                // Looked at once, by whatever either ruleset asks for.
                var (before, after) = (now.For(line.Team, line.Classification), then.For(line.Team, line.Classification));
                var report = Linter.Run(line.Original, line.Format, new RuleSeverities(rule => (Severity)Math.Max((int)before[rule], (int)after[rule])));
                var (scoreBefore, scoreAfter) = (Score.Of(report, before), Score.Of(report, after));
                return new
                {
                    line.ApiVersionId,
                    ErrorsBefore = scoreBefore.Errors,
                    ErrorsAfter = scoreAfter.Errors,
                    ScoreBefore = scoreBefore.Value,
                    ScoreAfter = scoreAfter.Value,
                    Rules = report.Counts.Keys.Where(r => after[r] == Severity.Error && before[r] != Severity.Error).Select(r => r.Name),
                };
            });
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into ruleset_run_line (run_id, api_version_id, errors_before, errors_after, score_before, score_after, rules)
                select {run.Id}, api_version_id, errors_before, errors_after, score_before, score_after, rules
                from json_to_recordset({JsonSerializer.Serialize(rows, ColumnNames)}::json) as l (api_version_id uuid, errors_before int, errors_after int,
                  score_before int, score_after int, rules text[])
                """,
                cancellation);
        }
    }

    private async Task WriteDownAsync(MarketplaceDb db, RulesetRun run, CancellationToken cancellation)
    {
        var file = await shelf.GetAsync(db, run.Ruleset, cancellation);
        await foreach (var lines in BatchesAsync(db, run, cancellation))
        {
            // Another one holds by now, and has asked for a run of its own.
            if (await RulesetShelf.NumberInEffectAsync(db, cancellation) != run.Ruleset)
                return;
            foreach (var line in lines)
            {
                var severities = file.For(line.Team, line.Classification);
                var report = Linter.Run(line.Original, line.Format, severities);
                await FindingWriter.WriteAsync(
                    db, line.RevisionId, line.ApiVersionId, line.Number, new(run.Ruleset, report, Score.Of(report, severities)), cancellation);
            }
        }
    }

    private async IAsyncEnumerable<List<Line>> BatchesAsync(
        MarketplaceDb db, RulesetRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await db.SpecRevisions
            .Where(r => db.ApiVersions.Any(v => v.Id == r.ApiVersionId && v.Revision == r.Number && v.Lifecycle != Lifecycle.Retired))
            .OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellation);
        await TellAsync(db, run.Id, 0, ids.Count, cancellation);
        var done = 0;
        foreach (var some in ids.Chunk(Batch))
        {
            var lines = await db.SpecRevisions.AsNoTracking().Where(r => some.Contains(r.Id)).OrderBy(r => r.Id)
                .Join(db.ApiVersions, r => r.ApiVersionId, v => v.Id, (r, v) => new { Revision = r, v.Api })
                .Select(x => new { x.Revision.Id, x.Revision.ApiVersionId, x.Revision.Number, x.Revision.Original, x.Revision.Format, Team = x.Api!.Team!.Name, x.Api.Classification })
                .ToListAsync(cancellation);
            yield return lines.ConvertAll(l => new Line(l.Id, l.ApiVersionId, l.Number, Encoding.UTF8.GetBytes(l.Original), l.Format, l.Team, l.Classification));
            await TellAsync(db, run.Id, done += lines.Count, ids.Count, cancellation);
        }
    }

    private Task<int> TellAsync(MarketplaceDb db, Guid run, int done, int total, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"update ruleset_run set done = {done}, total = {total}, told_at = {clock.GetUtcNow()} where id = {run}", cancellation);

    private Task<int> EndAsync(MarketplaceDb db, Guid run, RunState state, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"update ruleset_run set state = {StoredEnum.ToWord(state)}, finished_at = {clock.GetUtcNow()} where id = {run}", cancellation);

    private sealed record Line(Guid RevisionId, Guid ApiVersionId, int Number, byte[] Original, DocumentFormat Format, string Team, Classification Classification);
}
