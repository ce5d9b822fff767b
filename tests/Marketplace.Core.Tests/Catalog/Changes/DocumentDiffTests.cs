using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Tests.Catalog.Documents;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Changes;

public sealed class DocumentDiffTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Theory]
    [InlineData("""{"type":"string","nullable":true}""", """{"anyOf":[{"type":"string"},{"type":"null"}]}""")]
    [InlineData("""{"type":"string","nullable":true}""", """{"type":["null","string"]}""")]
    [InlineData("""{"type":"number","maximum":5,"exclusiveMaximum":true}""", """{"exclusiveMaximum":5,"type":"number"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", """{"allOf":[{"properties":{"a":{"type":"string"}}},{"type":"object","required":["a"]}]}""")]
    [InlineData("""{"type":"string","minLength":0}""", """{"type":"string","description":"Words"}""")]
    [InlineData("""{"properties":{"a":{}}}""", """{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"enum":["a","b"]}""", """{"enum":["b","a"]}""")]
    public void What_only_is_written_in_another_way_is_no_change(string before, string after)
    {
        Assert.Empty(Compare(SchemaSnippet.Request(before), SchemaSnippet.Request(after)).All);
        Assert.Empty(Compare(SchemaSnippet.Response(after), SchemaSnippet.Response(before)).All);
    }

    [Fact]
    public void A_schema_that_operations_share_changes_once_and_names_all_of_them()
    {
        string Bank(string currency) => Some.Spec(
            """
            "/accounts":{"get":{"operationId":"listAccounts","responses":{"200":{"description":"","content":{"application/json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Account"}}}}}}}},
            "/accounts/{id}":{"get":{"operationId":"getAccount","responses":{"200":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Account"}}}}}}},
            "/health":{"get":{"operationId":"getHealth","responses":{"200":{"description":"","content":{"application/json":{"schema":{"type":"string"}}}}}}}
            """,
            ",\"components\":{\"schemas\":{\"Account\":{\"type\":\"object\",\"properties\":{\"parent\":{\"$ref\":\"#/components/schemas/Account\"},\"balance\":{\"$ref\":\"#/components/schemas/Money\"}}},"
            + $"\"Money\":{{\"type\":\"object\",\"properties\":{{\"currency\":{currency}}}}}}}}}");

        var change = Assert.Single(Compare(Bank("""{"type":"string"}"""), Bank("""{"type":"integer"}""")).All);

        Assert.Equal(("response-property-type-changed", "#/components/schemas/Money/properties/currency"), (change.Kind, change.Pointer));
        Assert.Equal("The response property `Money.currency` was string and is now integer.", change.Sentence);
        Assert.Equal(["listAccounts", "getAccount"], change.Operations.Select(o => o.Shown.Key));
    }

    [Theory]
    [InlineData("""{"type":"integer","format":"int32"}""", """{"type":"integer","format":"int64"}""", "generalized")]
    [InlineData("""{"type":"integer","format":"int64"}""", """{"type":"integer","format":"int32"}""", "specialized")]
    [InlineData("""{"type":"string","format":"date"}""", """{"type":"string","format":"uuid"}""", "type-changed")]
    public void A_format_is_wider_only_where_it_holds_all_of_the_other(string before, string after, string kind) =>
        Assert.EndsWith(kind, Assert.Single(Compare(SchemaSnippet.Request(before), SchemaSnippet.Request(after)).All).Kind, StringComparison.Ordinal);

    [Fact]
    public void A_parameter_is_text_on_the_wire_and_a_body_is_not()
    {
        string With(string type) => Some.Spec($"\"/a\":{{\"get\":{{\"operationId\":\"a\",\"parameters\":[{{\"name\":\"n\",\"in\":\"query\",\"schema\":{{\"type\":\"{type}\"}}}}],\"responses\":{{\"200\":{{\"description\":\"\"}}}}}}}}");
        Assert.False(Compare(With("integer"), With("string")).Breaks);
        Assert.True(Compare(With("string"), With("integer")).Breaks);
        Assert.True(Compare(SchemaSnippet.Request("""{"type":"integer"}"""), SchemaSnippet.Request("""{"type":"string"}""")).Breaks);
    }

    [Fact]
    public void Of_a_property_that_was_hidden_nothing_but_that_it_shows_is_told()
    {
        var changes = Compare(
            SchemaSnippet.Request("""{"type":"object","properties":{"id":{"type":"string","readOnly":true}}}"""),
            SchemaSnippet.Request("""{"type":"object","properties":{"id":{"type":"integer"}}}""")).All;
        Assert.DoesNotContain(changes, c => c.Kind.Contains("type", StringComparison.Ordinal));
        Assert.NotEmpty(changes);
    }

    [Fact]
    public void What_asks_for_a_part_of_the_security_before_takes_nothing_away()
    {
        string With(string security) => Some.Spec($"\"/a\":{{\"get\":{{\"operationId\":\"a\",\"security\":[{security}],\"responses\":{{\"200\":{{\"description\":\"\"}}}}}}}}");
        Assert.False(Compare(With("{\"key\":[],\"user\":[]}"), With("{\"key\":[]}")).Breaks);
        Assert.True(Compare(With("{\"key\":[]}"), With("{\"key\":[],\"user\":[]}")).Breaks);
    }

    [Fact]
    public void Security_that_the_document_gives_all_operations_is_that_of_each()
    {
        string With(string security) => Some.Spec(
            "\"/a\":{\"get\":{\"operationId\":\"a\",\"responses\":{\"200\":{\"description\":\"\"}}}}", $",\"security\":[{security}]");
        var change = Assert.Single(Compare(With("{\"key\":[]}"), With("{\"key\":[],\"user\":[]}")).All, c => c.Verdict is Verdict.Breaking);
        Assert.Equal(["a"], change.Operations.Select(o => o.Shown.Key));
    }

    [Fact]
    public void Alternatives_without_a_name_are_told_apart_by_their_place()
    {
        const string before = """{"oneOf":[{"type":"string","maxLength":5},{"type":"integer"}]}""";
        var change = Assert.Single(Compare(SchemaSnippet.Request(before), SchemaSnippet.Request(before.Replace('5', '9'))).All);
        Assert.Contains("max-length", change.Kind, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_loses_a_variable_has_moved_and_lost_no_parameter()
    {
        string At(string path, string parameters) => Some.Spec($"\"{path}\":{{\"get\":{{\"operationId\":\"a\",\"parameters\":[{parameters}],\"responses\":{{\"200\":{{\"description\":\"\"}}}}}}}}");
        var changes = Compare(At("/a/{id}", """{"name":"id","in":"path","required":true,"schema":{"type":"string"}}"""), At("/a", "")).All;
        Assert.DoesNotContain(changes, c => c.Kind.Contains("parameter", StringComparison.Ordinal));
        Assert.NotEmpty(changes);
    }

    [Fact]
    public void A_swagger_document_is_read_like_any_other()
    {
        string Swagger(string limit, string name, string consumes) =>
            """
            {"swagger":"2.0","info":{"title":"T","version":"1"},"consumes":["CONSUMES"],"paths":{"/a":{"post":{"operationId":"act",
              "parameters":[{"in":"query","name":"limit","type":"integer","maximum":LIMIT},{"in":"body","name":"b","schema":{"$ref":"#/definitions/B"}}],
              "responses":{"200":{"description":"","schema":{"$ref":"#/definitions/B"}}}}}},
             "definitions":{"B":{"type":"object","required":["name"],"properties":{"name":{"type":"string"NAME}}}}}
            """.Replace("CONSUMES", consumes, StringComparison.Ordinal).Replace("LIMIT", limit, StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal);

        var changes = Compare(Swagger("100", "", "application/json"), Swagger("50", ",\"maxLength\":40", "application/xml")).All;

        Assert.Equal(
            ["request-body-media-type-added", "request-body-media-type-removed", "request-parameter-max-decreased", "response-property-max-length-set"],
            changes.Select(c => c.Kind).Order(StringComparer.Ordinal));
        Assert.Equal("The query parameter `limit` had the maximum 100 and now has 50.", changes.Single(c => c.Kind.StartsWith("request-parameter", StringComparison.Ordinal)).Sentence);
    }

    [Fact]
    public void The_same_API_in_OpenAPI_2_and_3_has_no_breaking_change()
    {
        const string two = """
            {"swagger":"2.0","info":{"title":"T","version":"1"},"host":"a.example","basePath":"/v1","schemes":["https"],"paths":{"/a/{id}":{"get":{"operationId":"get",
              "parameters":[{"in":"path","name":"id","required":true,"type":"string"},{"in":"query","name":"ids","type":"string","x-nullable":true}],
              "responses":{"200":{"description":"","schema":{"$ref":"#/definitions/A"}}}}}},"definitions":{"A":{"type":"object","properties":{"n":{"type":"integer","format":"int32"}}}}}
            """;
        const string three = """
            {"openapi":"3.0.3","info":{"title":"T","version":"1"},"servers":[{"url":"https://a.example/v1"}],"paths":{"/a/{key}":{"get":{"operationId":"get",
              "parameters":[{"in":"path","name":"key","required":true,"schema":{"type":"string"}},{"in":"query","name":"ids","schema":{"type":"string","nullable":true}}],
              "responses":{"200":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}},
              "components":{"schemas":{"A":{"type":"object","properties":{"n":{"type":"integer","format":"int32"}}}}}}
            """;

        Assert.Empty(Compare(two, three).All);
    }

    [Fact]
    public void Schemas_that_refer_to_themselves_and_to_each_other_end()
    {
        string Tree(string leaf) => SchemaSnippet.Operation(
            """{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}},"responses":{}}""",
            SchemaSnippet.Put(leaf, ""","components":{"schemas":{"A":{"allOf":[{"$ref":"#/components/schemas/A"},{"properties":{"b":{"$ref":"#/components/schemas/B"}}}]},"B":{"oneOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/C"}]},"C":{"items":{"$ref":"#/components/schemas/A"},"properties":{"leaf":{"type":"§"}}}}}"""));

        Assert.Equal("request-property-type-changed", Assert.Single(Compare(Tree("string"), Tree("integer")).All).Kind);
    }

    [Fact]
    public void Cycles_of_coprime_length_pair_every_schema_with_every_other_and_still_end()
    {
        // A ring of 997 schemas against one of 1,009: a million pairs, each small.
        string Ring(int length) => SchemaSnippet.Operation(
            """{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/S0"}}}},"responses":{}}""",
            ",\"components\":{\"schemas\":{" + string.Join(',', Enumerable.Range(0, length).Select(i =>
                string.Create(CultureInfo.InvariantCulture, $"\"S{i}\":{{\"type\":\"object\",\"maxProperties\":{length},\"properties\":{{\"next\":{{\"$ref\":\"#/components/schemas/S{(i + 1) % length}\"}}}}}}"))) + "}}");
        DocumentChanges? compared = null;

        var cost = Busy.CostOf(() => compared = Compare(Ring(997), Ring(1009)));

        var changes = compared!;

        Assert.Contains(changes.All, c => c.Kind == "comparison-incomplete");
        Assert.True(changes.Breaks);
        Assert.Equal(["act"], changes.Broken.Select(o => o.Shown.Key));
        Assert.InRange(cost, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_tower_of_allOf_that_doubles_at_every_floor_is_read_once_per_floor()
    {
        string Tower(string ground) => SchemaSnippet.Operation(
            """{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/F40"}}}},"responses":{}}""",
            ",\"components\":{\"schemas\":{" + string.Concat(Enumerable.Range(1, 40).Select(i =>
                string.Create(CultureInfo.InvariantCulture, $"\"F{i}\":{{\"allOf\":[{{\"$ref\":\"#/components/schemas/F{i - 1}\"}},{{\"$ref\":\"#/components/schemas/F{i - 1}\"}}]}},"))) + $"\"F0\":{ground}}}}}");

        var cost = Busy.CostOf(() =>
            Assert.Equal("request-body-type-changed", Assert.Single(Compare(Tower("""{"type":"string"}"""), Tower("""{"type":"boolean"}""")).All).Kind));

        Assert.InRange(cost, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_read_only_property_is_no_part_of_a_request()
    {
        const string plain = """{"type":"object","properties":{"id":{"type":"string","readOnly":true}}}""";
        const string strict = """{"type":"object","required":["id"],"properties":{"id":{"type":"string","readOnly":true,"pattern":"^a"}}}""";

        Assert.Empty(Compare(SchemaSnippet.Request(plain), SchemaSnippet.Request(strict)).All);
        Assert.Equal(
            ["response-property-became-required", "response-property-pattern-added"],
            Compare(SchemaSnippet.Response(plain), SchemaSnippet.Response(strict)).All.Select(c => c.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Real_documents_compared_with_themselves_in_another_order_have_no_changes()
    {
        var surprises = new List<string>();
        foreach (var file in RealDocuments.Sample().Where((_, i) => i % 6 == 0))
        {
            if (SpecReader.Read(File.ReadAllBytes(file)) is not { Succeeded: true, Value: { } document })
                continue;
            var changes = Compare(document.Json, Reversed(document.Json));
            if (changes.All.Count > 0)
                surprises.Add($"{RealDocuments.NameOf(file)}: {changes.All[0].Kind} {changes.All[0].Pointer} {changes.All[0].Sentence}");
        }

        Assert.True(surprises.Count == 0, string.Join('\n', surprises));
    }

    [Fact]
    public void Two_revisions_of_a_document_of_median_size_are_compared_within_ten_milliseconds()
    {
        var files = RealDocuments.Sample().OrderBy(f => new FileInfo(f).Length).ToList();
        var median = SpecReader.Read(File.ReadAllBytes(files[files.Count / 2])).Value!.Json;
        // Every schema and every operation differs in its bytes, and a few in their meaning.
        var next = Reversed(median).Replace("\"type\":\"integer\"", "\"type\":\"number\"", StringComparison.Ordinal);
        Compare(median, next);

        var best = Enumerable.Range(0, 15).Min(_ => Busy.CostOf(() => Compare(median, next)).TotalMilliseconds);

        TestContext.Current.TestOutputHelper?.WriteLine($"{median.Length / 1024} KB in {best:0.0} ms");
        Assert.InRange(best, 0, 10);
    }

    /// <summary>Members in the opposite order: nothing is the same byte for byte, everything means the same.</summary>
    private static string Reversed(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
            Write(parsed.RootElement, writer);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray())
                Write(item, writer);
            writer.WriteEndArray();
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject().Reverse())
            {
                writer.WritePropertyName(member.Name);
                Write(member.Value, writer);
            }
            writer.WriteEndObject();
        }
        else
        {
            element.WriteTo(writer);
        }
    }

    private static DocumentChanges Compare(string before, string after) => DocumentDiff.Compare(before, after, Today);
}
