using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Documents.Trimming;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Documents.Trimming;

public sealed class TrimTests
{
    private const string Document =
        """
        {"openapi":"3.1.0","info":{"title":"T","version":"1"},"security":[{"key":[]}],"tags":[{"name":"a"},{"name":"b"}],
         "paths":{
          "/pets":{"get":{"operationId":"list","tags":["a"],"responses":{"200":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Animal"}}},
             "links":{"one":{"operationId":"read"},"self":{"operationId":"list"}}}}},
            "post":{"operationId":"create","tags":["b"],"requestBody":{"$ref":"#/components/requestBodies/New"},"responses":{"201":{"description":"","content":{"application/json":{"schema":{"type":"object","properties":{"next":{"$ref":"#/paths/~1pets/post/responses/201/content/application~1json/schema"}}}}}}}}},
          "/pets/{id}":{"parameters":[{"$ref":"#/components/parameters/Id"}],"get":{"operationId":"read","responses":{"200":{"description":"","content":{"application/json":{"schema":{"$ref":"#/paths/~1pets/post/responses/201/content/application~1json/schema"}}}}}}},
          "/shared":{"$ref":"#/components/pathItems/Both"}},
         "webhooks":{"w":{"post":{"responses":{"200":{"description":""}}}}},
         "components":{
          "schemas":{"Animal":{"type":"object","discriminator":{"propertyName":"kind"},"properties":{"kind":{"type":"string"}}},
            "Dog":{"allOf":[{"$ref":"#/components/schemas/Animal"},{"properties":{"bone":{"$ref":"#/components/schemas/Bone"}}}]},"Bone":{"type":"string"},"Car":{"type":"object"}},
          "requestBodies":{"New":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Car"}}}}},
          "parameters":{"Id":{"name":"id","in":"path","required":true,"schema":{"type":"string"}},"Other":{"name":"o","in":"query","schema":{"type":"string"}}},
          "pathItems":{"Both":{"get":{"operationId":"both","responses":{"200":{"description":""}}},"delete":{"operationId":"gone","responses":{"200":{"description":""}}}}},
          "securitySchemes":{"key":{"type":"apiKey","in":"header","name":"k"},"other":{"type":"http","scheme":"basic"}}}}
        """;

    [Fact]
    public void What_the_kept_operations_reach_stays_and_all_else_goes()
    {
        var trimmed = Trim(Document, ("GET", "/pets"));
        Assert.Equal(["/pets"], Names(trimmed["paths"]));
        Assert.Equal(["get"], Names(trimmed["paths"]!["/pets"]));
        Assert.Equal(["schemas", "securitySchemes"], Names(trimmed["components"]));
        Assert.Equal(["Animal", "Dog", "Bone"], Names(trimmed["components"]!["schemas"]));
        Assert.Equal(["key"], Names(trimmed["components"]!["securitySchemes"]));
        Assert.Equal(["self"], Names(trimmed["paths"]!["/pets"]!["get"]!["responses"]!["200"]!["links"]));
        Assert.Equal("a", Assert.Single(trimmed["tags"]!.AsArray())!["name"]!.ToString());
        Assert.Null(trimmed["webhooks"]);
    }

    [Fact]
    public void What_is_reached_within_a_cut_operation_is_taken_along_even_where_it_reaches_itself()
    {
        var trimmed = Trim(Document, ("GET", "/pets/{id}"));
        Assert.Equal(["Id"], Names(trimmed["components"]!["parameters"]));
        Assert.Equal("#/x-shared/r1", trimmed["x-shared"]!["r1"]!["properties"]!["next"]!["$ref"]!.ToString());
        Assert.True(SpecReader.Read(Encoding.UTF8.GetBytes(trimmed.ToJsonString())).Succeeded);
    }

    [Fact]
    public void A_shared_path_keeps_none_of_the_operations_that_were_not_asked_for()
    {
        var trimmed = Trim(Document, ("GET", "/shared"));
        Assert.Equal(["get"], Names(trimmed["paths"]!["/shared"]));
        Assert.DoesNotContain("gone", trimmed.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Real_documents_keep_exactly_what_was_asked_for_and_read_again_also_as_yaml()
    {
        var surprises = new List<string>();
        var (documents, pruned) = (0, 0);
        foreach (var file in RealDocuments.Sample().Where((file, i) => i % 3 == 0 && new FileInfo(file).Length < 3_000_000))
        {
            if (SpecReader.Read(File.ReadAllBytes(file)) is not { Succeeded: true, Value: var whole })
                continue;
            documents++;
            var name = RealDocuments.NameOf(file);
            var keep = whole.Operations.Where((_, i) => i % 7 == 0).ToList();
            var trimmed = DocumentTrim.Trim(whole.Json, keep.Select(o => (o.Method, o.Path)).ToHashSet());
            pruned += trimmed.Length < whole.Json.Length ? 1 : 0;
            var again = SpecReader.Read(Encoding.UTF8.GetBytes(trimmed));
            if (!again.Succeeded)
                surprises.Add($"{name}: {again.Problems[0]}");
            else if (!again.Value.Operations.Select(o => (o.Key, o.Method, o.Path)).Order().SequenceEqual(keep.Select(o => (o.Key, o.Method, o.Path)).Order()))
                surprises.Add($"{name}: other operations");
            var yaml = SpecReader.Read(Encoding.UTF8.GetBytes(JsonToYaml.Convert(trimmed)));
            if (!yaml.Succeeded)
                surprises.Add($"{name} as YAML: {yaml.Problems[0]}");
            else if (!JsonNode.DeepEquals(JsonNode.Parse(trimmed), JsonNode.Parse(yaml.Value.Json)))
                surprises.Add($"{name} as YAML differs");
        }

        Assert.Empty(surprises);
        Assert.InRange(documents, 55, int.MaxValue);
        Assert.InRange(pruned, documents / 2, documents);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("No")]
    [InlineData("1e3")]
    [InlineData("2020-01-01")]
    [InlineData("- x")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("")]
    [InlineData(" x")]
    [InlineData("x\n\n  y\n")]
    [InlineData("x\ny")]
    [InlineData("Zürich\n\n日本\u0085")]
    [InlineData("tab\there")]
    [InlineData("/pets/{id}")]
    public void A_string_stays_the_same_string_in_yaml(string text)
    {
        var json = new JsonObject { ["openapi"] = "3.0.0", ["info"] = new JsonObject { ["title"] = text, ["version"] = "1" }, ["paths"] = new JsonObject { ["/x"] = new JsonObject { ["get"] = new JsonObject { ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = text } } } } } }.ToJsonString();
        var again = SpecReader.Read(Encoding.UTF8.GetBytes(JsonToYaml.Convert(json)));
        Assert.True(again.Succeeded, JsonToYaml.Convert(json));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(again.Value.Json)), JsonToYaml.Convert(json));
    }

    private static JsonObject Trim(string json, params (string Method, string Path)[] keep) => JsonNode.Parse(DocumentTrim.Trim(json, keep.ToHashSet()))!.AsObject();

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(m => m.Key);
}
