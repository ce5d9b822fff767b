using System.Runtime.InteropServices;
using System.Text;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules;

/// <param name="Rule">Its name.</param>
/// <param name="Severity">As the ruleset has it for this API.</param>
/// <param name="Message">What to do.</param>
/// <param name="Pointer">RFC 6901, as a fragment.</param>
/// <param name="Line">From 1, in the document as it was given.</param>
/// <param name="Column">From 1.</param>
public sealed record Finding(string Rule, Severity Severity, string Message, string Pointer, int Line, int Column);

/// <param name="Findings">In the order of the document.</param>
/// <param name="Counts">How often each rule found something, also where that was too often to list each place.</param>
/// <param name="Operations">How many endpoints the document has: the score is relative to them.</param>
public sealed record LintReport(IReadOnlyList<Finding> Findings, IReadOnlyDictionary<Rule, int> Counts, int Operations);

/// <summary>Holds a document against rules. Parsed once, for all rules; nothing fetched, cost bounded by the document's limits.</summary>
public static class Linter
{
    /// <summary>So many places are kept of one rule in one document; the rest is counted.</summary>
    public const int MaxPlaces = 1_000;

    /// <param name="original">The document as it was given; one that <see cref="SpecReader"/> finds well formed.</param>
    /// <param name="format">Of it.</param>
    /// <param name="severities">What to look for.</param>
    public static LintReport Run(ReadOnlyMemory<byte> original, DocumentFormat format, RuleSeverities severities)
    {
        var text = format == DocumentFormat.Yaml ? Encoding.UTF8.GetString(original.Span) : "";
        var root = format == DocumentFormat.Yaml ? YamlTree.Read(text) : JsonTree.Read(original.Span, DocumentLimits.Default.MaxDepth + 1);
        var index = new DocumentIndex(root);
        var found = new List<RawFinding>();
        var counts = new Dictionary<Rule, int>();
        foreach (var rule in AllRules.List)
        {
            if (severities[rule] == Severity.Off || (rule.Openapi != 0 && rule.Openapi == 2 != index.IsOas2))
                continue;
            var before = found.Count;
            rule.Run(new RuleRun(index, rule, found));
            if (found.Count > before)
                counts.Add(rule, CollectionsMarshal.AsSpan(found)[before..].Length + CollectionsMarshal.AsSpan(found)[^1].More);
        }
        // Each place once per rule and sentence, as they come in the document.
        var ordered = found.OrderBy(f => f.At.At).ThenBy(f => f.Rule.Index).ToList();
        var map = new LineMap(original.Span, text);
        var findings = new List<Finding>(ordered.Count);
        foreach (var raw in ordered)
        {
            var (line, column) = map.Locate(raw.At.At);
            findings.Add(new(raw.Rule.Name, severities[raw.Rule], raw.Message, raw.At.Pointer, line, column));
        }
        return new(findings, counts, Math.Max(1, index.Operations.Count));
    }
}
