using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Runs;

public enum RunKind
{
    /// <summary>What would change.</summary>
    Trial,

    /// <summary>It changes.</summary>
    Effect,
}

public enum RunState
{
    Waiting,
    Running,
    Done,
    Failed,
}

/// <summary>A ruleset held against the newest revision of every line, in the background.</summary>
public sealed class RulesetRun
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required int Ruleset { get; init; }
    public required RunKind Kind { get; init; }
    public required RunState State { get; init; }
    public int Done { get; init; }
    public int Total { get; init; }

    /// <summary>Null when nobody asked: documents were there before rules were.</summary>
    public Guid? AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? ToldAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Asks for a run, unless the same is asked for already.</summary>
    internal static Task AskAsync(MarketplaceDb db, int ruleset, RunKind kind, Guid? by, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            insert into ruleset_run (id, ruleset, kind, state, asked_by, asked_at)
            values ({Guid.CreateVersion7()}, {ruleset}, {StoredEnum.ToWord(kind)}, 'waiting', {by}, {now}) on conflict do nothing
            """,
            cancellation);

    internal sealed class Table() : Mapping<RulesetRun>("ruleset_run");
}

/// <param name="Done">Lines held against it so far.</param>
/// <param name="Total">Of so many.</param>
/// <param name="AskedBy">Null when nobody did.</param>
/// <param name="NewlyFailing">APIs that have errors by rules by which they have none now.</param>
/// <param name="Teams">Whose they are.</param>
/// <param name="NoLongerFailing">APIs that lose their last error.</param>
public sealed record RunView(
    Guid Id, int Ruleset, RunKind Kind, RunState State, int Done, int Total, string? AskedBy, DateTimeOffset AskedAt, DateTimeOffset? FinishedAt,
    int NewlyFailing, int Teams, int NoLongerFailing)
{
    public bool IsOpen => State is RunState.Waiting or RunState.Running;

    internal static async Task<RunView?> NewestAsync(MarketplaceDb db, int ruleset, RunKind kind, CancellationToken cancellation)
    {
        var run = await db.RulesetRuns.Where(r => r.Ruleset == ruleset && r.Kind == kind).OrderByDescending(r => r.AskedAt).ThenByDescending(r => r.Id).FirstOrDefaultAsync(cancellation);
        if (run is null)
            return null;
        var by = await db.People.Where(p => p.Id == run.AskedBy).Select(p => p.DisplayName).SingleOrDefaultAsync(cancellation);
        var counts = (await db.Database.SqlQuery<Counted>(
            $"""
            select (count(distinct a.id) filter (where cardinality(l.rules) > 0))::int as "NewlyFailing",
              (count(distinct a.team_id) filter (where cardinality(l.rules) > 0))::int as "Teams",
              (count(distinct a.id) filter (where l.errors_before > 0 and l.errors_after = 0))::int as "NoLongerFailing"
            from ruleset_run_line l join api_version v on v.id = l.api_version_id join api a on a.id = v.api_id where l.run_id = {run.Id}
            """).ToListAsync(cancellation))[0];
        return new(
            run.Id, run.Ruleset, run.Kind, run.State, run.Done, run.Total, by, run.AskedAt, run.FinishedAt, counts.NewlyFailing, counts.Teams, counts.NoLongerFailing);
    }

    private sealed record Counted(int NewlyFailing, int Teams, int NoLongerFailing);
}
