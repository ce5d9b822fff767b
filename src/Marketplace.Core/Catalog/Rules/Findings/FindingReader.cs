using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Findings;

/// <param name="Revision">Which revision was looked at.</param>
/// <param name="Ruleset">By which ruleset; 0 for the built-in one.</param>
/// <param name="Score">What that makes.</param>
/// <param name="Rules">What found something, the gravest first.</param>
public sealed record FindingSummary(int Revision, int Ruleset, Score Score, IReadOnlyList<FoundByRule> Rules);

/// <param name="Count">How often, also where that was too often to list each place.</param>
/// <param name="Listed">How many places are kept.</param>
public sealed record FoundByRule(string Rule, Severity Severity, int Count, int Listed);

/// <param name="Severity">Only of this one.</param>
/// <param name="Rule">Only of this one.</param>
/// <param name="FromLine">Not above this line.</param>
/// <param name="ToLine">Not below it.</param>
public sealed record FindingFilter(Severity? Severity = null, string? Rule = null, int FromLine = 1, int ToLine = int.MaxValue);

/// <param name="Number">The revision.</param>
/// <param name="Ruleset">By which it was judged.</param>
public sealed record ScorePoint(int Number, int Ruleset, int Score, int Errors, int Warnings, DateTimeOffset PublishedAt);

/// <summary>What was found in the newest revision of a line, and how its score went. Null is "there is none that you may see".</summary>
public sealed class FindingReader(IDbContextFactory<MarketplaceDb> databases)
{
    private const int Trend = 50;

    public async Task<FindingSummary?> SummaryAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await NewestAsync(db, actor, api, version, cancellation) is not { } score)
            return null;
        var rules = await db.SpecFindings.AsNoTracking().Where(f => f.SpecRevisionId == score.SpecRevisionId)
            .Select(f => new { f.Rule, f.Severity, f.Count, Listed = f.Lines.Length }).ToListAsync(cancellation);
        return new(
            score.Number, score.Ruleset, new(score.Score, score.Errors, score.Warnings, score.Infos, score.Hints),
            [.. rules.OrderByDescending(r => r.Severity).ThenByDescending(r => r.Count).ThenBy(r => r.Rule, StringComparer.Ordinal)
                .Select(r => new FoundByRule(r.Rule, r.Severity, r.Count, r.Listed))]);
    }

    /// <summary>The gravest first, then in the order of the document; or all in its order when lines are given.</summary>
    public async Task<Page<Finding>?> FindingsAsync(
        Actor actor, string api, string version, FindingFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await NewestAsync(db, actor, api, version, cancellation) is not { } score)
            return null;
        var severity = filter.Severity is { } only ? StoredEnum.ToWord(only) : null;
        var byLine = filter.FromLine > 1 || filter.ToLine < int.MaxValue;
        var total = (await db.Database.SqlQuery<int>(
            $"""
            select count(*)::int as "Value" from spec_finding f, unnest(f.lines) line
            where f.spec_revision_id = {score.SpecRevisionId} and ({severity}::text is null or f.severity = {severity}) and ({filter.Rule}::text is null or f.rule = {filter.Rule})
              and line between {filter.FromLine} and {filter.ToLine}
            """).ToListAsync(cancellation))[0];
        var rows = await db.Database.SqlQuery<FindingSql>(
            $"""
            select f.rule as "Rule", f.severity as "Severity", p.message as "Message", p.pointer as "Pointer", p.line as "Line", p.col as "Column"
            from spec_finding f, unnest(f.messages, f.pointers, f.lines, f.columns) as p (message, pointer, line, col)
            where f.spec_revision_id = {score.SpecRevisionId} and ({severity}::text is null or f.severity = {severity}) and ({filter.Rule}::text is null or f.rule = {filter.Rule})
              and p.line between {filter.FromLine} and {filter.ToLine}
            order by case when {byLine} then 0 else array_position(array['error', 'warn', 'info', 'hint'], f.severity) end, p.line, p.col, f.rule, p.pointer, p.message
            offset {page.Skip} limit {page.Size}
            """).ToListAsync(cancellation);
        return new(rows.ConvertAll(r => new Finding(r.Rule, StoredEnum.FromWord<Severity>(r.Severity), r.Message, r.Pointer, r.Line, r.Column)), total, page);
    }

    /// <summary>The scores of the last revisions, the oldest first; null when there is no such line to see.</summary>
    public async Task<IReadOnlyList<ScorePoint>?> TrendAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await Lines(db, actor, api, version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation) is not { } line)
            return null;
        var newest = await db.SpecScores.Where(s => s.ApiVersionId == line).OrderByDescending(s => s.Number).Take(Trend)
            .Join(db.SpecRevisions, s => s.SpecRevisionId, r => r.Id, (s, r) => new ScorePoint(s.Number, s.Ruleset, s.Score, s.Errors, s.Warnings, r.PublishedAt))
            .ToListAsync(cancellation);
        return [.. newest.OrderBy(p => p.Number)];
    }

    private static Task<SpecScore?> NewestAsync(MarketplaceDb db, Actor actor, string api, string version, CancellationToken cancellation) =>
        Lines(db, actor, api, version)
            .SelectMany(v => db.SpecScores.Where(s => s.ApiVersionId == v.Id && s.Number == v.Revision)).AsNoTracking().SingleOrDefaultAsync(cancellation);

    private static IQueryable<ApiVersion> Lines(MarketplaceDb db, Actor actor, string api, string version) =>
        db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version);

    private sealed record FindingSql(string Rule, string Severity, string Message, string Pointer, int Line, int Column);
}
