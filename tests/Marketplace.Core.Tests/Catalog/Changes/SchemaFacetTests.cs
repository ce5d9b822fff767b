using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.Kinds;
using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Tests.Catalog.Changes;

/// <summary>Each way in which a schema can change, in each place where a schema can stand: what it is called and what it means.</summary>
public sealed class SchemaFacetTests
{
    private const string Choice = """{"title":"A","type":"object"},{"title":"B","type":"object"}""";

    /// <summary>Before, after, the kind's suffix, the verdict where callers send it and where they receive it.</summary>
    private static readonly (string Before, string After, string Suffix, Verdict Request, Verdict Response)[] Rows =
    [
        ("""{"type":"string"}""", """{"type":["string","null"]}""", "became-nullable", Compatible, Breaking),
        ("""{"type":"string","nullable":true}""", """{"type":"string"}""", "became-not-nullable", Breaking, Compatible),
        ("""{"type":"string"}""", """{"type":"object"}""", "type-changed", Breaking, Breaking),
        ("""{"type":"string","format":"date"}""", """{"type":"string","format":"uuid"}""", "type-changed", Breaking, Breaking),
        ("""{"type":"integer"}""", """{"type":"number"}""", "type-generalized", Compatible, Breaking),
        ("""{"type":"string","format":"date"}""", """{"type":"string"}""", "type-generalized", Compatible, Breaking),
        ("""{"type":"number"}""", """{"type":"integer"}""", "type-specialized", Breaking, Compatible),
        ("""{}""", """{"type":"string"}""", "type-specialized", Breaking, Compatible),
        ("""{"type":"string"}""", """{"type":"string","enum":["a"]}""", "became-enum", Breaking, Compatible),
        ("""{"type":"string","enum":["a"]}""", """{"type":"string"}""", "enum-removed", Compatible, Dangerous),
        ("""{"enum":["a","b"]}""", """{"enum":["a"]}""", "enum-value-removed", Breaking, Compatible),
        ("""{"enum":["a"]}""", """{"enum":["a","b"]}""", "enum-value-added", Compatible, Dangerous),
        ("""{"type":"string"}""", """{"type":"string","const":"a"}""", "const-added", Breaking, Compatible),
        ("""{"type":"string","const":"a"}""", """{"type":"string"}""", "const-removed", Compatible, Breaking),
        ("""{"const":"a"}""", """{"const":"b"}""", "const-changed", Breaking, Breaking),
        ("""{"type":"string"}""", """{"type":"string","default":"a"}""", "default-value-added", Compatible, Compatible),
        ("""{"type":"string","default":"a"}""", """{"type":"string"}""", "default-value-removed", Compatible, Compatible),
        ("""{"default":"a"}""", """{"default":"b"}""", "default-value-changed", Dangerous, Compatible),
        ("""{"type":"string"}""", """{"type":"string","pattern":"^a"}""", "pattern-added", Breaking, Compatible),
        ("""{"type":"string","pattern":"^a"}""", """{"type":"string"}""", "pattern-removed", Compatible, Breaking),
        ("""{"pattern":"^a"}""", """{"pattern":"^b"}""", "pattern-changed", Dangerous, Dangerous),
        ("""{"type":"array"}""", """{"type":"array","uniqueItems":true}""", "unique-items-set", Breaking, Compatible),
        ("""{"type":"array","uniqueItems":true}""", """{"type":"array"}""", "unique-items-unset", Compatible, Breaking),
        ("""{"type":"number"}""", """{"type":"number","multipleOf":5}""", "multiple-of-set", Breaking, Compatible),
        ("""{"type":"number","multipleOf":5}""", """{"type":"number"}""", "multiple-of-unset", Compatible, Breaking),
        ("""{"multipleOf":5}""", """{"multipleOf":3}""", "multiple-of-changed", Breaking, Breaking),
        ("""{"multipleOf":6}""", """{"multipleOf":3}""", "multiple-of-generalized", Compatible, Breaking),
        ("""{"multipleOf":3}""", """{"multipleOf":6}""", "multiple-of-specialized", Breaking, Compatible),
        ("""{"anyOf":[{"type":"string"},{"type":"integer"}]}""",
         """{"allOf":[{"anyOf":[{"type":"string"},{"type":"integer"}]},{"oneOf":[{"title":"short"},{"title":"long"}]}]}""", "all-of-added", Breaking, Compatible),
        ("""{"allOf":[{"anyOf":[{"type":"string"},{"type":"integer"}]},{"oneOf":[{"title":"short"},{"title":"long"}]}]}""",
         """{"anyOf":[{"type":"string"},{"type":"integer"}]}""", "all-of-removed", Compatible, Breaking),
        ($$"""{"anyOf":[{{Choice}}]}""", $$"""{"anyOf":[{{Choice}},{"title":"C"}]}""", "any-of-added", Compatible, Breaking),
        ($$"""{"anyOf":[{{Choice}},{"title":"C"}]}""", $$"""{"anyOf":[{{Choice}}]}""", "any-of-removed", Breaking, Compatible),
        ($$"""{"oneOf":[{{Choice}}]}""", $$"""{"oneOf":[{{Choice}},{"title":"C"}]}""", "one-of-added", Compatible, Breaking),
        ($$"""{"oneOf":[{{Choice}},{"title":"C"}]}""", $$"""{"oneOf":[{{Choice}}]}""", "one-of-removed", Breaking, Compatible),
        ("""{"type":"object","properties":{"a":{}}}""", $$"""{"oneOf":[{{Choice}}]}""", "wrapped-in-one-of", Breaking, Breaking),
        ("""{"title":"A","type":"object"}""", $$"""{"oneOf":[{{Choice}}]}""", "wrapped-in-one-of-original-preserved", Dangerous, Breaking),
        ($$"""{"oneOf":[{{Choice}}]}""", """{"type":"object","properties":{"a":{}}}""", "unwrapped-from-one-of", Breaking, Breaking),
        ("""{"type":"string"}""", """{"type":"string","not":{"const":"x"}}""", "not-added", Breaking, Compatible),
        ("""{"type":"string","not":{"const":"x"}}""", """{"type":"string"}""", "not-removed", Compatible, Breaking),
        ("""{"not":{"const":"x"}}""", """{"not":{"const":"y"}}""", "not-changed", Dangerous, Dangerous),
        ($$"""{"oneOf":[{{Choice}}]}""", "{\"oneOf\":[" + Choice + "],\"discriminator\":{\"propertyName\":\"k\"}}", "discriminator-added", Compatible, Compatible),
        ("{\"oneOf\":[" + Choice + "],\"discriminator\":{\"propertyName\":\"k\"}}", $$"""{"oneOf":[{{Choice}}]}""", "discriminator-removed", Dangerous, Dangerous),
        ("""{"discriminator":{"propertyName":"k"}}""", """{"discriminator":{"propertyName":"l"}}""", "discriminator-property-name-changed", Dangerous, Dangerous),
        ("""{"discriminator":{"propertyName":"k"}}""", """{"discriminator":{"propertyName":"k","mapping":{"a":"A"}}}""", "discriminator-mapping-added", Compatible, Compatible),
        ("""{"discriminator":{"propertyName":"k","mapping":{"a":"A"}}}""", """{"discriminator":{"propertyName":"k"}}""", "discriminator-mapping-deleted", Dangerous, Dangerous),
        ("""{"discriminator":{"propertyName":"k","mapping":{"a":"A"}}}""", """{"discriminator":{"propertyName":"k","mapping":{"a":"B"}}}""",
         "discriminator-mapping-changed", Dangerous, Dangerous),
        ("""{"type":"object"}""", """{"type":"object","additionalProperties":false}""", "additional-properties-narrowed", Breaking, Compatible),
        ("""{"type":"object","additionalProperties":{"type":"string"}}""", """{"type":"object"}""", "additional-properties-widened", Compatible, Compatible),
        ("""{"type":"string"}""", """{"type":"string","deprecated":true}""", "deprecated", Compatible, Compatible),
        ("""{"type":"string","deprecated":true}""", """{"type":"string"}""", "reactivated", Compatible, Compatible),
        ("""{"type":"array"}""", """{"type":"array","items":{"type":"string"}}""", "items-added", Breaking, Compatible),
        ("""{"type":"array","items":{"type":"string"}}""", """{"type":"array"}""", "items-removed", Compatible, Breaking),
        .. Upper("maximum", "max"), .. Upper("exclusiveMaximum", "exclusive-max"), .. Upper("maxLength", "max-length"),
        .. Upper("maxItems", "max-items"), .. Upper("maxProperties", "max-properties"),
        .. Lower("minimum", "min"), .. Lower("exclusiveMinimum", "exclusive-min"), .. Lower("minLength", "min-length"),
        .. Lower("minItems", "min-items"), .. Lower("minProperties", "min-properties"),
        .. Assertion("if", "if", "{}", """{"type":"string"}"""), .. Assertion("then", "then", "{}", """{"type":"string"}"""),
        .. Assertion("else", "else", "{}", """{"type":"string"}"""), .. Assertion("prefixItems", "prefix-items", "[{}]", "[{},{}]"),
        .. Assertion("contains", "contains", "{}", """{"type":"string"}"""), .. Assertion("minContains", "min-contains", "1", "2"),
        .. Assertion("maxContains", "max-contains", "1", "2"), .. Assertion("patternProperties", "pattern-property", """{"^a":{}}""", """{"^b":{}}"""),
        .. Assertion("propertyNames", "property-names", "{}", """{"pattern":"^a"}"""),
        .. Assertion("dependentRequired", "dependent-required", """{"a":["b"]}""", """{"a":["c"]}"""),
        .. Assertion("dependentSchemas", "dependent-schema", """{"a":{}}""", """{"b":{}}"""),
        .. Assertion("unevaluatedItems", "unevaluated-items", "false", "{}"), .. Assertion("unevaluatedProperties", "unevaluated-properties", "false", "{}"),
        .. Assertion("contentSchema", "content-schema", "{}", """{"type":"string"}"""),
        .. Assertion("contentMediaType", "content-media-type", "\"text/html\"", "\"text/plain\""),
        .. Assertion("contentEncoding", "content-encoding", "\"base64\"", "\"base32\""),
    ];

    public static TheoryData<string> Places => [.. SchemaSnippet.Places.Keys];

    [Theory, MemberData(nameof(Places))]
    public void Every_change_of_a_schema_has_its_kind_and_a_verdict_that_depends_on_the_direction(string place)
    {
        var isRequest = place.StartsWith("request", StringComparison.Ordinal);
        var wrong = new List<string>();
        foreach (var row in Rows)
        {
            var (kind, verdict) = ($"{place}-{row.Suffix}", isRequest ? row.Request : row.Response);
            var found = Compare(place, row.Before, row.After);
            if (found is not [var only] || only.Kind != kind || only.Verdict != verdict)
                wrong.Add($"{kind} {verdict}: {string.Join(", ", found.Select(c => $"{c.Kind} {c.Verdict}"))}");
            else if (only.Operations is not [{ Shown.Key: "act" }] || !only.Sentence.StartsWith("The ", StringComparison.Ordinal))
                wrong.Add($"{kind}: {only.Sentence}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_table_has_a_row_for_every_facet_of_the_code() =>
        Assert.Equal(
            ChangeKinds.All.Select(k => k.Id).Where(id => id.StartsWith("response-header-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Rows.Select(r => "response-header-" + r.Suffix).Concat(OperationKindTests.Kinds.Where(id => id.StartsWith("response-header-", StringComparison.Ordinal)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    public static IEnumerable<string> Kinds => SchemaSnippet.Places.Keys.SelectMany(place => Rows.Select(r => $"{place}-{r.Suffix}"));

    private static IReadOnlyList<Change> Compare(string place, string before, string after) =>
        DocumentDiff.Compare(SchemaSnippet.Places[place](before), SchemaSnippet.Places[place](after), new DateOnly(2026, 11, 20)).All;

    private static (string, string, string, Verdict, Verdict)[] Upper(string keyword, string slug) =>
    [
        ("{}", $$"""{"{{keyword}}":5}""", slug + "-set", Breaking, Compatible), ($$"""{"{{keyword}}":5}""", "{}", slug + "-unset", Compatible, Breaking),
        ($$"""{"{{keyword}}":5}""", $$"""{"{{keyword}}":7}""", slug + "-increased", Compatible, Breaking),
        ($$"""{"{{keyword}}":7}""", $$"""{"{{keyword}}":5}""", slug + "-decreased", Breaking, Compatible),
    ];

    private static (string, string, string, Verdict, Verdict)[] Lower(string keyword, string slug) =>
    [
        ("{}", $$"""{"{{keyword}}":5}""", slug + "-set", Breaking, Compatible), ($$"""{"{{keyword}}":5}""", "{}", slug + "-unset", Compatible, Breaking),
        ($$"""{"{{keyword}}":5}""", $$"""{"{{keyword}}":7}""", slug + "-increased", Breaking, Compatible),
        ($$"""{"{{keyword}}":7}""", $$"""{"{{keyword}}":5}""", slug + "-decreased", Compatible, Breaking),
    ];

    private static (string, string, string, Verdict, Verdict)[] Assertion(string keyword, string slug, string one, string other) =>
    [
        ("{}", $$"""{"{{keyword}}":{{one}}}""", slug + "-added", Breaking, Compatible), ($$"""{"{{keyword}}":{{one}}}""", "{}", slug + "-removed", Compatible, Breaking),
        ($$"""{"{{keyword}}":{{one}}}""", $$"""{"{{keyword}}":{{other}}}""", slug + "-changed", Dangerous, Dangerous),
    ];
}
