using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Changes;

public sealed partial class ChangeKindsTests
{
    /// <summary>Where we judge otherwise than oasdiff, and why: docs/guides/changes.md tells people the same.</summary>
    private static readonly string[] JudgedOtherwise =
    [
        "api-removed-with-deprecation", "api-path-removed-with-deprecation", "api-security-component-type-changed",
        "response-optional-property-removed", "response-optional-property-became-write-only", "response-required-property-became-write-only",
        "response-required-property-became-not-write-only", "request-required-property-became-not-read-only", "request-parameter-property-type-changed",
        "request-body-default-value-changed", "request-property-default-value-changed", "request-parameter-default-value-changed",
        .. from place in new[] { "request-body", "request-property", "response-body", "response-property" }
           from what in new[] { "removed", "property-name-changed", "mapping-deleted", "mapping-changed" }
           select $"{place}-discriminator-{what}",
    ];

    [Fact]
    public void Every_kind_is_in_the_tables_and_no_row_is_of_an_unknown_kind()
    {
        var ids = ChangeKinds.All.Select(k => k.Id).ToList();
        var rows = OperationKindTests.Kinds.Concat(SchemaFacetTests.Kinds).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(rows.Count, 80, int.MaxValue);
        Assert.Contains(rows, r => r.StartsWith("request-", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("response-", StringComparison.Ordinal));
        // The one that cannot be a row: no two small documents are too entangled. DocumentDiffTests has two that are.
        Assert.Equal(["comparison-incomplete"], ids.Except(rows, StringComparer.Ordinal));
        Assert.Empty(rows.Except(ids, StringComparer.Ordinal));
    }

    [Fact]
    public void At_least_eighty_kinds_are_those_of_oasdiff_with_its_verdict_but_for_those_we_say()
    {
        var levels = Levels();
        var shared = ChangeKinds.All.Where(k => levels.ContainsKey(k.Id)).ToList();

        Assert.Empty(levels.Keys.Except(shared.Select(k => k.Id), StringComparer.Ordinal));
        Assert.InRange(shared.Count(k => k.Id.Contains("request", StringComparison.Ordinal)), 80, int.MaxValue);
        Assert.InRange(shared.Count(k => k.Id.Contains("response", StringComparison.Ordinal)), 80, int.MaxValue);
        Assert.Equal(
            JudgedOtherwise.Order(StringComparer.Ordinal),
            shared.Where(k => k.Verdict != levels[k.Id]).Select(k => k.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_guide_lists_every_kind_with_its_verdict()
    {
        var guide = File.ReadAllText(Repository.File("docs/guides/changes.md"));
        var written = Rows().Matches(guide).ToDictionary(m => m.Groups["id"].Value, m => m.Groups["verdicts"].Value, StringComparer.Ordinal);
        var expected = ChangeKinds.All.Where(k => !IsOfSchema(k.Id)).ToDictionary(k => k.Id, k => k.Verdict.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        foreach (var facet in SchemaFacets.All)
            expected["…-" + facet.Suffix] = $"{facet.InRequest} | {facet.InResponse}".ToLowerInvariant();

        Assert.Equal(
            string.Join('\n', expected.Select(e => $"| `{e.Key}` | {e.Value} |").Order(StringComparer.Ordinal)),
            string.Join('\n', written.Select(e => $"| `{e.Key}` | {e.Value} |").Order(StringComparer.Ordinal)));
    }

    private static bool IsOfSchema(string id) => SchemaPlace.All.Any(p => SchemaFacets.All.Any(f => id == $"{p.Id}-{f.Suffix}"));

    private static Dictionary<string, Verdict> Levels() => File.ReadLines(Repository.File("tests/Marketplace.Core.Tests/Catalog/Changes/oasdiff-levels.txt"))
        .Where(l => !l.StartsWith('#')).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .SelectMany(words => words.Skip(1).Select(id => (Id: id, Level: words[0])))
        .ToDictionary(e => e.Id, e => e.Level switch { "ERR" => Verdict.Breaking, "WARN" => Verdict.Dangerous, _ => Verdict.Compatible }, StringComparer.Ordinal);

    [GeneratedRegex(@"^\| `(?<id>[^`]+)` \| (?<verdicts>(compatible|dangerous|breaking)( \| (compatible|dangerous|breaking))?) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();
}
