using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Rules;

/// <summary>Each rule on the smallest document that it has something to say about.</summary>
public sealed class RuleTests
{
    [Theory]
    [MemberData(nameof(RuleTable.Rows), MemberType = typeof(RuleTable))]
    public void Each_rule_finds_what_the_table_says(string rule, string document, string expected) =>
        Assert.Equal(expected, string.Join(" | ", Places(rule, document)));

    [Fact]
    public void Every_rule_has_a_row_and_every_row_a_rule()
    {
        var tested = RuleTable.Rows.Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(AllRules.List.Count >= 75, $"Only {AllRules.List.Count} rules.");
        Assert.Empty(AllRules.List.Select(r => r.Name).Except(tested, StringComparer.Ordinal));
        Assert.Empty(tested.Except(AllRules.List.Select(r => r.Name), StringComparer.Ordinal));
        Assert.Equal(AllRules.List.Count, AllRules.List.DistinctBy(r => r.Name, StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_finding_in_JSON_stands_at_the_line_and_column_of_its_name()
    {
        var json = "{\n  \"openapi\": \"3.0.0\",\n  \"info\": {\"title\": \"ümläut €\", \"version\": \"1\"},\n  \"paths\": {\"/€/\": {},\n \"/b/\": {}}\n}";

        var report = Linter.Run(Encoding.UTF8.GetBytes(json), DocumentFormat.Json, RuleSeverities.Everything);

        // Columns count characters, not bytes.
        Assert.Equal(
            ["4:13 #/paths/~1€~1", "5:2 #/paths/~1b~1"],
            report.Findings.Where(f => f.Rule == "path-keys-no-trailing-slash").Select(f => $"{f.Line}:{f.Column} {f.Pointer}"));
    }

    [Fact]
    public void The_same_document_in_JSON_and_in_YAML_has_the_same_findings()
    {
        var yaml = "openapi: 3.0.0\ninfo: {title: T, version: 1}\npaths:\n  /a/{id}:\n    get: &get\n      responses: {'404': {description: no}}\n    put: *get\n";
        var json = """{"openapi":"3.0.0","info":{"title":"T","version":1},"paths":{"/a/{id}":{"get":{"responses":{"404":{"description":"no"}}},"put":{"responses":{"404":{"description":"no"}}}}}}""";

        string[] found(string text, DocumentFormat format) =>
            [.. Linter.Run(Encoding.UTF8.GetBytes(text), format, RuleSeverities.Everything).Findings.Select(f => $"{f.Rule} {f.Pointer}").Order(StringComparer.Ordinal)];

        Assert.Equal(found(json, DocumentFormat.Json), found(yaml, DocumentFormat.Yaml));
        Assert.Contains("path-params #/paths/~1a~1{id}/put", found(yaml, DocumentFormat.Yaml));
    }

    [Fact]
    public void A_rule_that_fires_everywhere_keeps_a_thousand_places_and_the_whole_count()
    {
        var paths = string.Join(',', Enumerable.Range(0, 1500).Select(i => $"\"/a{i}/\":{{}}"));

        var report = Linter.Run(Encoding.UTF8.GetBytes("{\"openapi\":\"3.0.0\",\"paths\":{" + paths + "}}"), DocumentFormat.Json, RuleSeverities.Everything);

        Assert.Equal(Linter.MaxPlaces, report.Findings.Count(f => f.Rule == "path-keys-no-trailing-slash"));
        Assert.Equal(1500, report.Counts[AllRules.Find("path-keys-no-trailing-slash")!]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("""{"openapi":3,"paths":[],"info":null,"tags":{},"servers":{},"components":[],"security":{}}""")]
    [InlineData("""{"swagger":"2.0","paths":{"/a":{"get":[],"post":{"parameters":{},"responses":[],"tags":3}}},"definitions":{"A":3,"B":{"discriminator":{}}},"securityDefinitions":[]}""")]
    [InlineData("""{"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1a"}},"components":{"schemas":{"A":{"$ref":"#/components/schemas/B"},"B":{"$ref":"#/components/schemas/A","example":1,"type":"x"}}}}""")]
    [InlineData("""{"openapi":"3.0.0","paths":{},"components":{"schemas":{"A":{"type":"string","pattern":"^(a+)+$","example":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}}}}""")]
    public void What_is_not_as_expected_is_no_fault_of_the_linter(string document) =>
        Assert.NotNull(Linter.Run(Encoding.UTF8.GetBytes(document), DocumentFormat.Json, RuleSeverities.Everything));

    [Theory]
    [InlineData("\"type\":\"string\",\"pattern\":\"^(a+)+$\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"", 5_000)]
    [InlineData("\"enum\":[MANY]", "{\"a\":19999}", 20_000)]
    public void What_all_examples_of_a_document_cost_is_bounded(string schema, string example, int examples)
    {
        schema = schema.Replace("MANY", string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"a\":{i}}}")), StringComparison.Ordinal);
        var document = "{\"openapi\":\"3.0.0\",\"paths\":{},\"components\":{\"schemas\":{\"A\":{\"type\":\"array\",\"items\":{" + schema + "},\"example\":["
            + string.Join(',', Enumerable.Repeat(example, examples)) + "]}}}}";

        var cost = Busy.CostOf(() => Linter.Run(Encoding.UTF8.GetBytes(document), DocumentFormat.Json, RuleSeverities.Everything));

        // Unbounded it is minutes of one core.
        Assert.InRange(cost, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static IEnumerable<string> Places(string rule, string document) =>
        Linter.Run(Encoding.UTF8.GetBytes(document), DocumentFormat.Yaml, RuleSeverities.Everything).Findings
            .Where(f => f.Rule == rule).Select(f => $"{f.Line}:{f.Column} {f.Pointer}");
}
