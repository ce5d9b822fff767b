using System.Text;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules;

/// <summary>
/// Holds a document against the ruleset in effect. A guardrail, not a gate: findings are shown and publishing goes through,
/// unless the ruleset says <c>block: true</c> and the revision brings errors that the one before did not have.
/// </summary>
public sealed class Guardrails(RulesetShelf shelf)
{
    public const string Blocked = "guardrail_blocked";

    private const int ShownProblems = 20;

    /// <summary>It costs as much as reading does: call it from a place in <see cref="DocumentWork"/>.</summary>
    internal async Task<Checked> CheckAsync(MarketplaceDb db, Api api, ReadOnlyMemory<byte> document, DocumentFormat format, CancellationToken cancellation)
    {
        var team = await db.Teams.Where(t => t.Id == api.TeamId).Select(t => t.Name).SingleAsync(cancellation);
        return await CheckAsync(db, team, api.Classification, document, format, cancellation);
    }

    internal async Task<Checked> CheckAsync(
        MarketplaceDb db, string team, Classification classification, ReadOnlyMemory<byte> document, DocumentFormat format, CancellationToken cancellation)
    {
        var (number, file) = await shelf.InEffectAsync(db, cancellation);
        var severities = file.For(team, classification);
        var report = Linter.Run(document, format, severities);
        return new(number, report, Score.Of(report, severities));
    }

    internal Task<Checked> CheckAsync(MarketplaceDb db, Api api, SpecDocument document, CancellationToken cancellation) =>
        CheckAsync(db, api, Encoding.UTF8.GetBytes(document.Original), document.Format, cancellation);

    /// <summary>Why the ruleset refuses the revision; empty when it does not.</summary>
    /// <param name="db">The database.</param>
    /// <param name="line">The line that it is for; null when the revision is its first.</param>
    /// <param name="done">What was found.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<List<Problem>> RefuseAsync(MarketplaceDb db, ApiVersion? line, Checked done, CancellationToken cancellation)
    {
        if (done.Score.Errors == 0 || !(await shelf.GetAsync(db, done.Ruleset, cancellation)).Blocks)
            return [];
        var before = line is null
            ? []
            : await db.SpecFindings.Where(f => db.SpecRevisions.Any(r => r.Id == f.SpecRevisionId && r.ApiVersionId == line.Id && r.Number == line.Revision))
                .ToDictionaryAsync(f => f.Rule, f => f.Count, cancellation);
        var worse = done.Report.Findings.Where(f => f.Severity == Severity.Error)
            .GroupBy(f => f.Rule, StringComparer.Ordinal).Where(g => done.Report.Counts[AllRules.Find(g.Key)!] > before.GetValueOrDefault(g.Key));
        return [.. worse.SelectMany(g => g.Take(3)).Take(ShownProblems).Select(f => new Problem(
            Blocked, $"{f.Message} ({f.Rule} at {f.Pointer}, line {f.Line}, column {f.Column}; the ruleset lets no new errors through.)", "document"))];
    }
}
