using System.Text.Json;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Findings;

/// <summary>A document held against the ruleset that is in effect.</summary>
/// <param name="Ruleset">Its number.</param>
/// <param name="Report">What was found.</param>
/// <param name="Score">What that makes.</param>
public sealed record Checked(int Ruleset, LintReport Report, Score Score);

/// <summary>Thousands of findings in two statements, in place of what was found in this revision before.</summary>
internal static class FindingWriter
{
    private static readonly JsonSerializerOptions ColumnNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task WriteAsync(MarketplaceDb db, Guid revisionId, Guid lineId, int number, Checked done, CancellationToken cancellation)
    {
        var (score, errors, warnings, infos, hints) = done.Score;
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into spec_score (spec_revision_id, api_version_id, number, ruleset, score, errors, warnings, infos, hints)
            values ({revisionId}, {lineId}, {number}, {done.Ruleset}, {score}, {errors}, {warnings}, {infos}, {hints})
            on conflict (spec_revision_id) do update set ruleset = excluded.ruleset, score = excluded.score, errors = excluded.errors,
              warnings = excluded.warnings, infos = excluded.infos, hints = excluded.hints
            """,
            cancellation);
        var rows = JsonSerializer.Serialize(
            done.Report.Findings.GroupBy(f => f.Rule, StringComparer.Ordinal).Select(g => new
            {
                Rule = g.Key,
                Severity = StoredEnum.ToWord(g.First().Severity),
                Count = done.Report.Counts[AllRules.Find(g.Key)!],
                Messages = g.Select(f => f.Message),
                Pointers = g.Select(f => f.Pointer),
                Lines = g.Select(f => f.Line),
                Columns = g.Select(f => f.Column),
            }),
            ColumnNames);
        await db.Database.ExecuteSqlAsync(
            $"""
            with gone as (delete from spec_finding where spec_revision_id = {revisionId} and rule not in (
              select rule from json_to_recordset({rows}::json) as f (rule text)))
            insert into spec_finding (spec_revision_id, rule, severity, count, messages, pointers, lines, columns)
            select {revisionId}, rule, severity, count, messages, pointers, lines, columns
            from json_to_recordset({rows}::json) as f (rule text, severity text, count int, messages text[], pointers text[], lines int[], columns int[])
            on conflict (spec_revision_id, rule) do update set severity = excluded.severity, count = excluded.count, messages = excluded.messages,
              pointers = excluded.pointers, lines = excluded.lines, columns = excluded.columns
            """,
            cancellation);
    }
}
